import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../cli/command-error.ts';
import type { Json } from '../../domain/json.ts';

/** Values of flags, by key. */
export type Overrides = Readonly<Record<string, Json>>;

/** What a state folder holds: overrides of each place that was served from here. */
type Content = Readonly<Record<string, Overrides>>;

/** The file in which overrides outlive the process. @param place such as `shop/test` */
export class OverridesFile {
  readonly #path: string;
  readonly #place: string;

  constructor(folder: string, place: string) {
    this.#path = join(folder, 'overrides.json');
    this.#place = place;
  }

  /** @throws CommandError when the file holds something else */
  read(): Overrides {
    return this.#content()[this.#place] ?? {};
  }

  write(overrides: Overrides): void {
    const { [this.#place]: _former, ...others } = this.#content();
    const content = Object.keys(overrides).length === 0 ? others : { ...others, [this.#place]: overrides };
    writeFileSync(this.#path, `${JSON.stringify(content, undefined, 2)}\n`);
  }

  #content(): Content {
    if (!existsSync(this.#path)) return {};
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Content;
    } catch {
      throw new CommandError(`${this.#path}: expected JSON that slipway dev has written; delete the file to go on`);
    }
  }
}

/** Makes the folder, with a note for git that it is nobody else's. */
export function makeStateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.gitignore'), '*\n');
}

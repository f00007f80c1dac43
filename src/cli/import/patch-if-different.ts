import { type Json, jsonEquals } from '../../domain/json.ts';
import { ApiError } from '../api-client.ts';
import type { ProjectImport } from './import-project.ts';

/** Members of a representation that are wanted and are not so yet. */
export function changesOf<Rep extends object>(
  present: object,
  wanted: Rep,
  names: readonly (keyof Rep & string)[],
): Readonly<Record<string, unknown>> {
  const known = present as Readonly<Record<string, Json | undefined>>;
  const changed = names.filter((name) => wanted[name] !== undefined && !jsonEquals(known[name], wanted[name] as Json));
  return Object.fromEntries(changed.map((name) => [name, wanted[name]]));
}

/** Changes settings of something that is there to what they are in the source, by JSON patch. */
export async function patchIfDifferent<Rep extends object>(
  { target, report, options }: ProjectImport,
  kind: string,
  path: string,
  wanted: Rep,
  names: readonly (keyof Rep & string)[],
): Promise<void> {
  try {
    const changes = Object.entries(changesOf(await target.send<object>(path), wanted, names));
    const body = changes.map(([name, value]) => ({ op: 'replace', path: `/${name}`, value }));
    if (body.length > 0 && !options.isDryRun) await target.send(path, { method: 'PATCH', body });
    report.done(kind, body.length > 0 ? 'changed' : 'unchanged');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    report.failed(kind, `${kind} ${path}`, error);
  }
}

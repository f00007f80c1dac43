import { isVisible, isToldByVariation, toClientFlag, type Viewer } from '../../domain/evaluation/client-flag.ts';
import type { Evaluation } from '../../domain/evaluation/evaluate.ts';
import { once } from '../../domain/evaluation/once.ts';
import type { SdkFlag } from '../../domain/evaluation/sdk-model.ts';
import type { ServedState } from '../served-state.ts';

/** A flag that a viewer sees in a state. */
export class ShownFlag {
  readonly flag: SdkFlag;
  readonly #version: number;
  readonly #sees: (flagKey: string) => boolean;
  readonly #isToldByVariation: boolean;
  /** What was written for each variation, where that is all that counts. */
  readonly #written: string[] = [];

  constructor(flag: SdkFlag, version: number, sees: (flagKey: string) => boolean) {
    this.flag = flag;
    this.#version = version;
    this.#sees = sees;
    this.#isToldByVariation = isToldByVariation(flag);
  }

  /** The key and, evaluated, the flag as a member of a JSON object. */
  write(evaluation: Evaluation, withReasons: boolean): string {
    const { variationIndex } = evaluation;
    if (withReasons || variationIndex === null || !this.#isToldByVariation) {
      return this.#writeAnew(evaluation, withReasons);
    }
    return (this.#written[variationIndex] ??= this.#writeAnew(evaluation, withReasons));
  }

  #writeAnew(evaluation: Evaluation, withReasons: boolean): string {
    const told = toClientFlag(this.flag, evaluation, { version: this.#version, withReasons, sees: this.#sees });
    return `${JSON.stringify(this.flag.key)}:${JSON.stringify(told)}`;
  }
}

/** The flags that a viewer sees in a state; the same objects each time. */
export function shownFlags(state: ServedState, viewer: Viewer): readonly ShownFlag[] {
  return shownBy[viewer](state);
}

const shownTo = (viewer: Viewer) =>
  once((state: ServedState): readonly ShownFlag[] => {
    const sees = (key: string) => {
      const flag = state.flags.get(key);
      return flag !== undefined && isVisible(flag, viewer);
    };
    return [...state.visibleTo(viewer)].map((flag) => new ShownFlag(flag, state.versionOf(flag.key), sees));
  });

const shownBy = { browser: shownTo('browser'), mobile: shownTo('mobile'), server: shownTo('server') };

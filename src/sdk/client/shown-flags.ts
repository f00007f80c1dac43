import { isVisible, toClientFlag, type Viewer } from '../../domain/evaluation/client-flag.ts';
import type { Context } from '../../domain/evaluation/context.ts';
import {
  evaluate,
  type EvaluationSource,
  type ServedByGates,
  servedByGates,
} from '../../domain/evaluation/evaluate.ts';
import type { Evaluation } from '../../domain/evaluation/evaluation.ts';
import { Gates, NO_GATE } from '../../domain/evaluation/gates.ts';
import { once } from '../../domain/evaluation/once.ts';
import type { SdkFlag } from '../../domain/evaluation/sdk-model.ts';
import type { ServedState } from '../served-state.ts';
import { type JsonMember, jsonMember } from '../tagged-body.ts';

/** A flag that a viewer sees in a state. */
export class ShownFlag {
  readonly flag: SdkFlag;
  readonly version: number;
  readonly #sees: (flagKey: string) => boolean;
  /** What was written for each outcome: there are few, and each is one object (see `evaluate`). */
  readonly #plain = new Map<Evaluation, JsonMember>();
  readonly #withReason = new Map<Evaluation, JsonMember>();
  readonly #byGates: ServedByGates | undefined;

  constructor(flag: SdkFlag, version: number, sees: (flagKey: string) => boolean) {
    this.flag = flag;
    this.#byGates = servedByGates(flag);
    this.version = version;
    this.#sees = sees;
  }

  /**
   * The same as `evaluate`, faster where gates decide.
   * @param gate the first rule whose gate the context passes
   */
  evaluate(context: Context, source: EvaluationSource, gate: number): Evaluation {
    const serve = gate === NO_GATE ? this.#byGates?.toOthers : this.#byGates?.byRule[gate];
    return serve ? serve(context) : evaluate(this.flag, context, source);
  }

  /** Whether all contexts get the same that pass no gate. */
  get isSameForOthers(): boolean {
    return this.#byGates !== undefined && (!this.flag.on || this.flag.fallthrough.rollout === undefined);
  }

  /** The evaluated flag under its key. */
  write(evaluation: Evaluation, withReasons: boolean): JsonMember {
    const written = withReasons ? this.#withReason : this.#plain;
    const known = written.get(evaluation);
    if (known) return known;
    const told = toClientFlag(this.flag, evaluation, { version: this.version, withReasons, sees: this.#sees });
    const member = jsonMember(this.flag.key, told);
    written.set(evaluation, member);
    return member;
  }
}

/** The flags that a viewer sees in a state, in the order of their keys. */
export class ShownFlags {
  readonly #flags: readonly ShownFlag[];
  readonly #gates: Gates;
  readonly #toOthers = new Map<boolean, readonly (JsonMember | undefined)[]>();

  constructor(flags: readonly ShownFlag[]) {
    this.#flags = flags;
    this.#gates = new Gates(flags.map(({ flag }) => flag));
  }

  /** All flags as a context gets them. Only those are evaluated that may serve something else to it than to others. */
  write(context: Context, source: EvaluationSource, withReasons: boolean): readonly JsonMember[] {
    const toOthers = this.#writeToOthers(withReasons);
    const gates = this.#gates.passedBy(context);
    return this.#flags.map((shown, at) => {
      const gate = gates[at] as number;
      const told = gate === NO_GATE ? toOthers[at] : undefined;
      return told ?? shown.write(shown.evaluate(context, source, gate), withReasons);
    });
  }

  /** What contexts get that pass no gate; undefined where that is not the same for all of them. */
  #writeToOthers(withReasons: boolean): readonly (JsonMember | undefined)[] {
    const known = this.#toOthers.get(withReasons);
    if (known) return known;
    const members = this.#flags.map((shown) =>
      shown.isSameForOthers ? shown.write(shown.evaluate(NO_KIND, NOTHING, NO_GATE), withReasons) : undefined,
    );
    this.#toOthers.set(withReasons, members);
    return members;
  }
}

/** A context that passes no gate. */
const NO_KIND: Context = new Map();
const NOTHING: EvaluationSource = {
  findFlag: () => undefined,
  findSegment: () => undefined,
  findMembership: () => undefined,
};

/** The flags that a viewer sees in a state; the same object each time. */
export function shownFlags(state: ServedState, viewer: Viewer): ShownFlags {
  return shownBy[viewer](state);
}

/** For flags without prerequisites, which outlive the state that they were shown in first. */
const seesNothing = () => false;

const shownTo = (viewer: Viewer) => {
  /** Most flags stay as they are when others change. Those that say which others they need are made with each state. */
  const shown = new WeakMap<SdkFlag, ShownFlag>();
  return once((state: ServedState): ShownFlags => {
    const sees = (key: string) => {
      const flag = state.flags.get(key);
      return flag !== undefined && isVisible(flag, viewer);
    };
    const show = (flag: SdkFlag) => {
      const version = state.versionOf(flag.key);
      if (flag.prerequisites.length > 0) return new ShownFlag(flag, version, sees);
      const before = shown.get(flag);
      if (before?.version === version) return before;
      const now = new ShownFlag(flag, version, seesNothing);
      shown.set(flag, now);
      return now;
    };
    return new ShownFlags([...state.visibleTo(viewer)].map(show));
  });
};

const shownBy = { browser: shownTo('browser'), mobile: shownTo('mobile'), server: shownTo('server') };

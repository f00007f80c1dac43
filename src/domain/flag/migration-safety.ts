import { jsonEquals } from '../json.ts';
import type { Flag, FlagConfig, Rule, Serve } from './flag.ts';
import type { Stage } from './migration.ts';

/** A change of cohorts that lets contexts read from a system without their newest data (docs/wire/flags.md). */
export interface SafetyIssue {
  /** Which system lacks data. */
  readonly code: 'missing_data_in_new_system' | 'missing_data_in_old_system';
  /** The rule that was added, removed, moved or changed; `fallthrough` is the default cohort. */
  readonly causingRuleId: string;
  readonly affectedRuleIds: readonly string[];
}

/** Contexts that are in the same place of a migration: those of a rule, or those of none, in the order of matching. */
interface Cohort {
  readonly id: string;
  readonly rule: Rule | undefined;
  /** Weights above 0, in thousandths of a percent, by stage. */
  readonly stages: ReadonlyMap<Stage, number>;
}

/** Contexts that may go from one cohort to another, and whose change lets them. */
interface Move {
  readonly from: ReadonlySet<Stage>;
  readonly to: ReadonlySet<Stage>;
  readonly causingRuleId: string;
  readonly affectedRuleId: string;
}

/** Stages that read from a system which contexts in the other stages have not, or no longer, written to. */
const GAPS = [
  { code: 'missing_data_in_new_system', from: 'off', to: ['live', 'rampdown', 'complete'] },
  { code: 'missing_data_in_old_system', from: 'complete', to: ['off', 'dualwrite', 'shadow'] },
] as const;

/** Finds what is unsafe in going from one configuration of a migration flag to another. */
export function findSafetyIssues(flag: Flag, before: FlagConfig, after: FlagConfig): readonly SafetyIssue[] {
  const moves = findMoves(toCohorts(flag, before), toCohorts(flag, after));
  return GAPS.flatMap(({ code, from, to }) => {
    const unsafe = moves.filter((move) => move.from.has(from) && to.some((stage) => move.to.has(stage)));
    const byCause = Map.groupBy(unsafe, ({ causingRuleId }) => causingRuleId);
    return [...byCause].map(([causingRuleId, caused]) => ({
      code,
      causingRuleId,
      affectedRuleIds: [...new Set(caused.map(({ affectedRuleId }) => affectedRuleId))],
    }));
  });
}

function toCohorts(flag: Flag, config: FlagConfig): readonly Cohort[] {
  const stagesOf = (serve: Serve) =>
    new Map(
      ('rollout' in serve ? serve.rollout.variations : [])
        .filter(({ weightThousandths }) => weightThousandths > 0)
        .map(({ variationId, weightThousandths }) => [
          flag.variations.find(({ id }) => id === variationId)?.value as Stage,
          weightThousandths,
        ]),
    );
  const enabled = config.rules.filter(({ isDisabled }) => !isDisabled);
  return [
    ...enabled.map((rule) => ({ id: rule.id, rule, stages: stagesOf(rule.serve) })),
    { id: 'fallthrough', rule: undefined, stages: stagesOf(config.fallthrough) },
  ];
}

function findMoves(before: readonly Cohort[], after: readonly Cohort[]): readonly Move[] {
  const place = (cohorts: readonly Cohort[], { id }: Cohort) => cohorts.findIndex((cohort) => cohort.id === id);
  const stayed = before.filter((cohort) => place(after, cohort) >= 0);
  return [
    ...stayed.flatMap((cohort) => stageMoves(cohort, after[place(after, cohort)] as Cohort)),
    // Contexts of a removed cohort fall to those behind it.
    ...before
      .filter((cohort) => place(after, cohort) < 0)
      .flatMap((gone) =>
        after
          .filter((cohort) => place(before, cohort) < 0 || place(before, cohort) > place(before, gone))
          .map((next) => move(gone, next, gone.id, next.id)),
      ),
    // A new cohort takes contexts from those behind it.
    ...after
      .filter((cohort) => place(before, cohort) < 0)
      .flatMap((added) =>
        stayed
          .filter((cohort) => place(after, cohort) > place(after, added))
          .map((old) => move(old, added, added.id, old.id)),
      ),
    ...stayed.flatMap((left) =>
      stayed
        .filter((right) => place(before, left) < place(before, right))
        .flatMap((right) => pairMoves([left, right], after, place)),
    ),
  ];
}

/** Between two cohorts that stay, of which the first was tried before the second. */
function pairMoves(
  [first, second]: readonly [Cohort, Cohort],
  after: readonly Cohort[],
  place: (cohorts: readonly Cohort[], cohort: Cohort) => number,
): readonly Move[] {
  const [nextFirst, nextSecond] = [after[place(after, first)] as Cohort, after[place(after, second)] as Cohort];
  if (place(after, first) > place(after, second)) return [move(first, nextSecond, first.id, first.id)];
  if (jsonEquals(first.rule?.clauses, nextFirst.rule?.clauses)) return [];
  return [move(first, nextSecond, first.id, second.id), move(second, nextFirst, first.id, second.id)];
}

function move(from: Cohort, to: Cohort, causingRuleId: string, affectedRuleId: string): Move {
  return { from: new Set(from.stages.keys()), to: new Set(to.stages.keys()), causingRuleId, affectedRuleId };
}

/** Contexts leave the stages whose share falls for those whose share rises. */
function stageMoves(before: Cohort, after: Cohort): readonly Move[] {
  const all = [...new Set([...before.stages.keys(), ...after.stages.keys()])];
  const change = (stage: Stage) => (after.stages.get(stage) ?? 0) - (before.stages.get(stage) ?? 0);
  return [
    {
      from: new Set(all.filter((stage) => change(stage) < 0)),
      to: new Set(all.filter((stage) => change(stage) > 0)),
      causingRuleId: before.id,
      affectedRuleId: before.id,
    },
  ];
}

/** What is wrong, for people. */
export function issueWords({ code, causingRuleId, affectedRuleIds }: SafetyIssue): string {
  const isNew = code === 'missing_data_in_new_system';
  const affected = affectedRuleIds.map(cohortWords).join(', ');
  const [stage, system] = isNew ? ['off', 'new'] : ['complete', 'old'];
  return `Through the change of ${cohortWords(causingRuleId)}, contexts that are in the stage ${stage} now (${affected}) would read from the ${system} system, which does not have what they wrote.`;
}

const cohortWords = (id: string) => (id === 'fallthrough' ? 'the default cohort' : `cohort ${id}`);

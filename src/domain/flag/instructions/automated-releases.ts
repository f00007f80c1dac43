import { InvalidRequest } from '../../errors.ts';
import { Fields } from '../../fields.ts';
import { dealTraffic } from '../../rollout/plan.ts';
import { findRunningRollout, runningIn } from '../automated.ts';
import type { AutomatedRollout, Flag, FlagConfig, Rollout, Rule, Serve } from '../flag.ts';
import {
  type ConfigTransformation,
  environmentInstruction,
  type InstructionFamily,
  requireVariation,
} from '../instruction.ts';
import { identifyRules, parseClauses } from '../rule-list.ts';
import { parseRolloutStart } from '../rollout-start.ts';

/** Raises the share of the target; the engine of rollouts alone does so. */
export const GROW_ROLLOUT = 'growAutomatedRelease';
/** Leaves the shares as they are and watches no more; releases alone do so. */
export const PARK_ROLLOUT = 'parkAutomatedRelease';

/**
 * Automated rollouts: a rule or the default rule goes from one variation to another in stages
 * (docs/wire/guarded-rollouts.md). What follows from a start or an end, the rollout itself and what it measures, is found
 * by comparing the flag before and after (operations/rollouts/settle-rollouts.ts).
 */
export const automatedReleases: InstructionFamily = {
  instructions: [
    environmentInstruction('startAutomatedRelease', parseStart),
    environmentInstruction('updateFallthroughWithMeasuredRolloutV2', (parameters) =>
      parseStart(new Fields(fromOlderName(parameters), parameters.path(''))),
    ),
    environmentInstruction('stopAutomatedRelease', (parameters) => {
      const finalVariationId = parameters.string('finalVariationId');
      const ruleId = readRule(parameters);
      return (config, flag) => {
        const serve = { variationId: requireVariation(flag, finalVariationId, parameters, 'finalVariationId') };
        return replaceServe(config, parameters, ruleId, (before) => {
          const isAutomated = 'rollout' in before && before.rollout.automated;
          return isAutomated ? serve : parameters.fail('kind', 'an automated rollout to stop, but there is none');
        });
      };
    }),
    environmentInstruction(
      GROW_ROLLOUT,
      (parameters) => {
        const allocation = parameters.integer('allocation');
        return (config) =>
          changeRunning(config, ({ rollout }) => ({
            rollout: { ...rollout, variations: dealTraffic(rollout.automated.plan, allocation) },
          }));
      },
      { isInternal: true },
    ),
    environmentInstruction(PARK_ROLLOUT, () => (config) => changeRunning(config, parked), { isInternal: true }),
  ],
};

/** Nobody watches rollouts of a flag that is off or archived, or of a rule that is disabled. */
export function parkWhenOff(config: FlagConfig, flag: Pick<Flag, 'archivedAt'>): FlagConfig {
  const running = findRunningRollout(config);
  if (!running) return config;
  const isDisabled = config.rules.some(({ id, isDisabled }) => id === running.ruleId && isDisabled);
  const isServed = config.on && flag.archivedAt === undefined && !isDisabled;
  return isServed ? config : changeRunning(config, parked);
}

function parseStart(parameters: Fields): ConfigTransformation {
  const ruleId = readRule(parameters);
  const clauses = parameters.has('clauses') ? parseClauses(parameters) : undefined;
  const description = parameters.optional('description', parameters.string) || undefined;
  const beforeRuleId = parameters.optional('beforeRuleId', parameters.string);
  const rolloutOf = parseRolloutStart(parameters);
  return (config, flag, context) => {
    const running = findRunningRollout(config);
    if (running) {
      const { kind } = running.automated.plan;
      throw new InvalidRequest(`${parameters.path('kind')}: Flag must not have ongoing ${kind} rollout`);
    }
    const serve = { rollout: rolloutOf(flag, config, context) };
    if (!clauses) {
      const isDisabled = ruleId !== undefined && findRule(config, ruleId)?.isDisabled;
      if (isDisabled) return parameters.fail('ruleId', 'a rule that is not disabled');
      return replaceServe(config, parameters, ruleId, () => serve);
    }
    const [rule] = identifyRules<Rule>(
      [],
      [{ id: undefined, clauses, serve, description, trackEvents: false }],
      context.ids,
    );
    if (!rule) throw new Error('a rule that was given is there');
    const position = config.rules.findIndex(({ id, ref }) => id === beforeRuleId || ref === beforeRuleId);
    if (beforeRuleId !== undefined && position < 0) return parameters.fail('beforeRuleId', 'the id of a rule');
    const at = beforeRuleId === undefined ? config.rules.length : position;
    return { ...config, rules: config.rules.toSpliced(at, 0, rule) };
  };
}

function readRule(parameters: Fields): string | undefined {
  return parameters.optional('ruleId', parameters.string) ?? parameters.optional('ref', parameters.string);
}

/** Changes what a rule serves, or the default rule when none is named. @throws InvalidRequest when it is not there */
function replaceServe(
  config: FlagConfig,
  parameters: Fields,
  ruleId: string | undefined,
  change: (serve: Serve) => Serve,
): FlagConfig {
  if (ruleId === undefined) return { ...config, fallthrough: change(config.fallthrough) };
  const rule = findRule(config, ruleId);
  if (!rule) return parameters.fail('ruleId', 'the id or ref of a rule of this environment');
  return { ...config, rules: config.rules.with(config.rules.indexOf(rule), { ...rule, serve: change(rule.serve) }) };
}

const findRule = ({ rules }: FlagConfig, ruleId: string) =>
  rules.find(({ id, ref }) => id === ruleId || ref === ruleId);

/** A serve that an automated rollout deals. */
interface AutomatedServe {
  readonly rollout: Rollout & { readonly automated: AutomatedRollout };
}

function parked(serve: AutomatedServe): Serve {
  return { rollout: { ...serve.rollout, automated: { ...serve.rollout.automated, isParked: true } } };
}

function changeRunning(config: FlagConfig, change: (serve: AutomatedServe) => Serve): FlagConfig {
  const changed = (serve: Serve) => (runningIn(serve) ? change(serve as AutomatedServe) : serve);
  return {
    ...config,
    fallthrough: changed(config.fallthrough),
    rules: config.rules.map((rule) => (runningIn(rule.serve) ? { ...rule, serve: changed(rule.serve) } : rule)),
  };
}

/** The same start by the instruction that was there before: other names, one stage or several, metrics by their keys. */
function fromOlderName(parameters: Fields) {
  const stages = parameters.has('stages')
    ? parameters.objects('stages').map((stage) => ({
        allocation: stage.integer('rolloutWeight'),
        durationMillis: stage.integer('monitoringWindowMilliseconds'),
      }))
    : [
        {
          allocation: parameters.integer('rolloutWeight'),
          durationMillis: parameters.integer('monitoringWindowMilliseconds'),
        },
      ];
  const metrics = parameters.has('metrics')
    ? parameters.objects('metrics').map((metric) => {
        const own =
          metric.optional('onRegression', metric.object) ?? parameters.optional('onRegression', parameters.object);
        return { key: metric.string('metricKey'), autoRollback: own?.optional('rollback', own.boolean) ?? false };
      })
    : parameters.strings('metricKeys').map((key) => {
        const all = parameters.optional('onRegression', parameters.object);
        return { key, autoRollback: all?.optional('rollback', all.boolean) ?? false };
      });
  return {
    kind: parameters.string('kind'),
    releaseKind: 'guarded',
    targetVariationId: parameters.string('testVariationId'),
    originalVariationId: parameters.string('controlVariationId'),
    randomizationUnit: parameters.optional('randomizationUnit', parameters.string) ?? 'user',
    stages,
    metrics: metrics.map(({ key }) => ({ key })),
    metricMonitoringPreferences: Object.fromEntries(metrics.map(({ key, autoRollback }) => [key, { autoRollback }])),
  };
}

import type { Environment } from '../environment.ts';
import { InvalidRequest } from '../errors.ts';
import { type Fields, oneOf } from '../fields.ts';
import { show } from '../json.ts';
import { requireKey, requireName } from '../naming.ts';
import { readMillis } from '../read-millis.ts';
import { readAudienceConfiguration } from './read-audience-configuration.ts';
import { type Gate, GATE_KINDS, type PipelineAudience, type PipelinePhase } from './pipeline.ts';

/** What the phases of a pipeline are read against. */
export interface PipelineScope {
  readonly environments: readonly Environment[];
  readonly isLegacy: boolean;
  /**
   * The phase that one is to take the place of, by its fields and its position: an audience whose environment has been
   * deleted cannot name it, and stays what it is under its name.
   */
  readonly formerPhase?: ((fields: Fields, index: number) => PipelinePhase | undefined) | undefined;
}

export type PhaseDraft = Omit<PipelinePhase, 'id'>;

const MAX_PHASES = 10;
const MAX_BAKE_TIME_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_GATES = 20;
const GATE_TIMEOUT_MS = { min: 1000, max: 86_400_000, default: 60_000 };
const WEB_URL = /^https?:\/\/[^\s/]\S{0,2000}$/i;

/**
 * Reads `phases` of a pipeline (docs/wire/release-pipelines.md, "Phases"). Whether what they name besides environments
 * exists is for others to check.
 * @throws InvalidRequest naming the bad field
 */
export function readPhases(fields: Fields, scope: PipelineScope): readonly PhaseDraft[] {
  const phases = fields.objects('phases');
  if (phases.length < 1 || phases.length > MAX_PHASES) {
    throw new InvalidRequest(`phases: expected 1 to ${MAX_PHASES} phases, got ${phases.length}`);
  }
  return phases.map((phase, index) => readPhase(phase, scope, scope.formerPhase?.(phase, index)));
}

function readPhase(fields: Fields, scope: PipelineScope, former: PipelinePhase | undefined): PhaseDraft {
  const audienceFields = fields.objects('audiences');
  if (audienceFields.length === 0) {
    throw new InvalidRequest(`${fields.path('audiences')}: expected at least one audience, got none`);
  }
  const audiences = audienceFields.map((audience) => readAudience(audience, scope, former));
  for (const [index, audience] of audienceFields.entries()) refuseRepetition(audience, audiences, index);
  const configuration = fields.optional('configuration', fields.object);
  return {
    name: requireName(fields.path('name'), fields.string('name')),
    ...(configuration && readPhaseConfiguration(configuration, scope)),
    audiences,
  };
}

function readPhaseConfiguration(
  fields: Fields,
  { isLegacy }: PipelineScope,
): Pick<PipelinePhase, 'bakeTimeMs' | 'startsAutomatically' | 'gates'> {
  if (isLegacy) {
    const name = ['bakeTimeDurationMs', 'startAutomatically', 'gates'].find((member) => fields.has(member));
    if (name !== undefined) fields.fail(name, 'nothing, since phases of legacy pipelines are only ticked off');
  }
  const gates = fields.optional('gates', fields.objects) ?? [];
  if (gates.length > MAX_GATES) fields.fail('gates', `at most ${MAX_GATES} gates`);
  const bakeTimeMs = fields.has('bakeTimeDurationMs')
    ? readMillis(fields, 'bakeTimeDurationMs', 0, MAX_BAKE_TIME_MS)
    : undefined;
  return {
    bakeTimeMs,
    ...(fields.optional('startAutomatically', fields.boolean) && { startsAutomatically: true }),
    ...(gates.length > 0 && { gates: gates.map(readGate) }),
  };
}

function readGate(fields: Fields): Gate {
  const url = fields.string('url');
  if (!WEB_URL.test(url) || !URL.canParse(url)) fields.fail('url', 'an http or https URL');
  const { min, max } = GATE_TIMEOUT_MS;
  return {
    kind: oneOf(GATE_KINDS).call(fields, 'kind'),
    url,
    timeoutMs: fields.has('timeoutMillis') ? readMillis(fields, 'timeoutMillis', min, max) : GATE_TIMEOUT_MS.default,
  };
}

function readAudience(fields: Fields, scope: PipelineScope, former: PipelinePhase | undefined): PipelineAudience {
  const name = requireName(fields.path('name'), fields.string('name'));
  const segmentKeys = fields.optional('segmentKeys', fields.strings) ?? [];
  return {
    name,
    environmentId: readEnvironment(fields, scope, former, name),
    ...(segmentKeys.length > 0 && {
      segmentKeys: segmentKeys.map((key, index) => requireKey(`${fields.path('segmentKeys')}[${index}]`, key)),
    }),
    configuration: readAudienceConfiguration(fields, scope.isLegacy),
  };
}

function readEnvironment(
  fields: Fields,
  { environments }: PipelineScope,
  former: PipelinePhase | undefined,
  name: string,
): string {
  const isLost = ({ environmentId }: PipelineAudience) => !environments.some(({ id }) => id === environmentId);
  const lost = fields.has('environmentKey')
    ? undefined
    : former?.audiences.find((audience) => audience.name === name && isLost(audience));
  if (lost) return lost.environmentId;
  const environmentKey = fields.string('environmentKey');
  const environment = environments.find(({ key }) => key === environmentKey);
  if (environment) return environment.id;
  throw new InvalidRequest(
    `${fields.path('environmentKey')}: ${show(environmentKey)} is not an environment of this project; expected one of ${environments.map(({ key }) => key).join(', ')}`,
  );
}

/** Nobody is in two audiences of a phase by the same name: an environment has one of everyone, and one for a segment. */
function refuseRepetition(fields: Fields, audiences: readonly PipelineAudience[], index: number): void {
  const { environmentId, segmentKeys } = audiences[index] as PipelineAudience;
  const earlier = audiences.slice(0, index).filter((audience) => audience.environmentId === environmentId);
  if (!segmentKeys) {
    if (earlier.every((audience) => audience.segmentKeys)) return;
    throw new InvalidRequest(
      `${fields.path('environmentKey')}: ${show(fields.raw('environmentKey'))} already has an audience of everyone in this phase`,
    );
  }
  const taken = new Set(earlier.flatMap((audience) => audience.segmentKeys ?? []));
  for (const [place, key] of segmentKeys.entries()) {
    if (taken.has(key)) {
      throw new InvalidRequest(
        `${fields.path('segmentKeys')}[${place}]: ${show(key)} already has an audience in this environment and phase`,
      );
    }
    taken.add(key);
  }
}

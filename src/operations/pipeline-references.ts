import type { Environment } from '../domain/environment.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import type { Pipeline } from '../domain/release/pipeline.ts';
import { findMembers } from '../store/members.ts';
import { findSegmentKeys } from '../store/segments.ts';
import { findTeams } from '../store/teams.ts';
import { metrics } from './grouped-metrics.ts';
import { refusePrivateAddress } from './webhooks/safe-request.ts';
import type { Limits, Write } from './write.ts';

/** Something that a pipeline names, and where. */
interface Reference {
  readonly kind: 'segment' | 'member' | 'team' | 'metric';
  readonly name: string;
  /** Where segments are. */
  readonly environmentId: string;
  readonly at: string;
}

/**
 * Checks that the segments, members, teams and metrics that a pipeline names are there, and its gates outside. What it named before may be gone
 * by now: nobody who changes something else has to clean that up.
 * @throws InvalidRequest naming the field
 */
export async function requireReferences(
  { tx, limits }: Write,
  environments: readonly Environment[],
  after: Pipeline,
  before?: Pipeline,
): Promise<void> {
  requireGatesOutside(limits, after, before);
  const known = new Set((before ? referencesOf(before) : []).map(identity));
  const fresh = referencesOf(after).filter((reference) => !known.has(identity(reference)));
  const namesOf = (wanted: Reference['kind']) => fresh.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const members = await findMembers(tx, namesOf('member'));
  const teams = await findTeams(tx, namesOf('team'));
  const metricKeys = new Set(
    namesOf('metric').length > 0 ? (await metrics.list(tx, { projectId: after.projectId })).map(({ key }) => key) : [],
  );
  for (const reference of fresh) {
    const { kind, name, environmentId } = reference;
    switch (kind) {
      case 'segment':
        if ((await findSegmentKeys(tx, environmentId, [name])).has(name)) break;
        throw refusal(reference, `a segment of ${environments.find(({ id }) => id === environmentId)?.key ?? ''}`);
      case 'member':
        if (!members.has(name)) throw refusal(reference, 'the id of a member');
        break;
      case 'team':
        if (!teams.has(name)) throw refusal(reference, 'the key of a team');
        break;
      case 'metric':
        if (!metricKeys.has(name)) throw refusal(reference, 'a metric of this project');
        break;
    }
  }
}

/** @throws InvalidRequest for new gates inside of this network, where they are not allowed */
function requireGatesOutside(limits: Limits, after: Pipeline, before: Pipeline | undefined): void {
  const known = new Set(before?.phases.flatMap(({ gates = [] }) => gates.map(({ url }) => url)));
  for (const [phaseIndex, { gates = [] }] of after.phases.entries()) {
    for (const [index, { url }] of gates.entries()) {
      const field = `phases[${phaseIndex}].configuration.gates[${index}].url`;
      if (!known.has(url)) refusePrivateAddress(field, url, limits);
    }
  }
}

function referencesOf({ phases }: Pipeline): readonly Reference[] {
  return phases.flatMap((phase, phaseIndex) =>
    phase.audiences.flatMap(({ environmentId, segmentKeys, configuration }, index) => {
      const at = `phases[${phaseIndex}].audiences[${index}]`;
      const guardian = configuration.releaseGuardianConfiguration;
      const list = (kind: Reference['kind'], path: string, names: readonly string[] = []): readonly Reference[] =>
        names.map((name, place) => ({ kind, name, environmentId, at: `${at}.${path}[${place}]` }));
      return [
        ...list('segment', 'segmentKeys', segmentKeys),
        ...list('member', 'configuration.notifyMemberIds', configuration.notifyMemberIds),
        ...list('team', 'configuration.notifyTeamKeys', configuration.notifyTeamKeys),
        ...list('metric', 'configuration.releaseGuardianConfiguration.metricKeys', guardian?.metricKeys),
        ...list(
          'metric',
          'configuration.releaseGuardianConfiguration.observedMetricKeys',
          guardian?.observedMetricKeys,
        ),
      ];
    }),
  );
}

const identity = ({ kind, name, environmentId }: Reference) =>
  kind === 'segment' ? `${kind} ${environmentId} ${name}` : `${kind} ${name}`;

function refusal({ at, name }: Reference, what: string): InvalidRequest {
  return new InvalidRequest(`${at}: ${show(name)} is not ${what}`);
}

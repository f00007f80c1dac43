import { personOf } from '../../domain/access/actor.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import type { Project } from '../../domain/project.ts';
import type { Notice } from '../../domain/notice.ts';
import {
  type AudienceStatus,
  type Release,
  type ReleaseAudience,
  type ReleasePhase,
  releaseState,
} from '../../domain/release/release.ts';
import { findFlagForUpdate } from '../../store/flags.ts';
import { followers } from '../followers.ts';
import { notify, type Recipients } from '../notify.ts';
import type { Write } from '../write.ts';

/** What people are told of an audience, by what has become of it. Reviewers are told of approvals by these themselves. */
const AUDIENCE_NEWS: Readonly<Partial<Record<AudienceStatus, string>>> = {
  'approval-declined': 'was not approved',
  regressed: 'got worse by a metric and waits for a person',
  'rolled-back': 'was rolled back',
  paused: 'is not watched any more and waits for a person',
  failed: 'could not be released to',
};

/** Something that people want to know of a release. */
interface News {
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** Besides those who are told of everything. */
  readonly also: Recipients;
}

const NOBODY: Recipients = { memberIds: [], teamKeys: [] };

/**
 * Tells people what has become of a release: who maintains or follows the flag, who has started the phase, and whom the
 * pipeline names (docs/wire/releases.md, "Notices"). Who has caused it is not told.
 */
export async function notifyProgress(write: Write, project: Project, before: Release, after: Release): Promise<void> {
  const news = newsOf(before, after);
  if (news.length === 0) return;
  const flag = await findFlagForUpdate(write.tx, after.flagId);
  if (!flag) return;
  const causer = personOf(write.actor)?.id;
  const always = await interested(write, flag, after);
  for (const { also, ...one } of news) {
    const memberIds = [...always.memberIds, ...also.memberIds].filter((id) => id !== causer);
    const notice: Notice = {
      kind: one.kind,
      title: `${flag.name}: ${one.title}`,
      text: one.text,
      path: `/projects/${project.key}/flags/${flag.key}/release`,
      projectId: project.id,
      subject: after.id,
    };
    await notify(write, { memberIds, teamKeys: [...always.teamKeys, ...also.teamKeys] }, notice);
  }
}

function newsOf(before: Release, after: Release): readonly News[] {
  const phases = after.phases.flatMap((phase, index) => phaseNews(before.phases[index], phase));
  const isOverNow = releaseState(after) === 'completed' && releaseState(before) !== 'completed';
  const text = `The release "${after.pipelineName}" is complete.`;
  return isOverNow ? [...phases, { kind: 'release-completed', title: 'released', text, also: NOBODY }] : phases;
}

function phaseNews(before: ReleasePhase | undefined, phase: ReleasePhase): readonly News[] {
  const audiences = phase.audiences.flatMap((audience, index): readonly News[] => {
    const words = AUDIENCE_NEWS[audience.status];
    if (words === undefined || audience.status === before?.audiences[index]?.status) return [];
    const reason = audience.failure === undefined ? '' : `: ${audience.failure}`;
    const text = `Phase "${phase.name}", "${audience.name}" ${words}${reason}.`;
    return [
      { kind: `release-${audience.status}`, title: `${audience.name} ${words}`, text, also: namedBy([audience]) },
    ];
  });
  const isDone = phase.status === 'completed' && before?.status !== 'completed';
  const text = `Phase "${phase.name}" is complete.`;
  const done = {
    kind: 'release-phase-completed',
    title: `${phase.name} is complete`,
    text,
    also: namedBy(phase.audiences),
  };
  return isDone ? [...audiences, done] : audiences;
}

function namedBy(audiences: readonly ReleaseAudience[]): Recipients {
  return {
    memberIds: audiences.flatMap(({ configuration }) => configuration.notifyMemberIds ?? []),
    teamKeys: audiences.flatMap(({ configuration }) => configuration.notifyTeamKeys ?? []),
  };
}

async function interested({ tx }: Write, flag: Flag, release: Release): Promise<Recipients> {
  const following = await followers.listIn(tx, { flagId: flag.id });
  const starters = release.phases.flatMap(({ startedBy }) => (startedBy?.kind === 'member' ? [startedBy.id] : []));
  return {
    memberIds: [
      ...following.map(({ resource }) => resource.key),
      ...starters,
      ...(flag.maintainerId === undefined ? [] : [flag.maintainerId]),
    ],
    teamKeys: flag.maintainerTeamKey === undefined ? [] : [flag.maintainerTeamKey],
  };
}

import { Button } from '@mantine/core';
import type { ReleaseRep } from '../../../wire/rest/release.ts';
import { durationWords } from '../../release/duration.ts';
import { EnvironmentName } from '../../release/environment-name.tsx';
import { statusLook, strategyWords } from '../../release/state.ts';
import { StateBadge } from '../../release/state-badge.tsx';
import type { Environment } from '../../shell/use-project.ts';
import { personName } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Approval } from './approval.tsx';
import { Guarded } from './guarded.tsx';
import classes from './release.module.css';

type PhaseRep = ReleaseRep['phases'][number];

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly phase: PhaseRep;
  readonly environments: readonly Environment[];
  /** What can be done with it now, in words; undefined when nothing can. */
  readonly action: { readonly label: string; readonly onClick: () => void; readonly isPending: boolean } | undefined;
}

/** A phase of a release with its audiences: what has happened, what happens now, and what can be done. */
export function Phase({ projectKey, flagKey, phase, environments, action }: Props) {
  const { _name, status, complete, _audiences } = phase;
  const look = statusLook(status ?? (complete ? 'completed' : 'not-started'));
  return (
    <li className={classes['phase']} data-tone={look.tone} aria-label={_name}>
      <div className={classes['phaseHead']}>
        <h2>{_name}</h2>
        <StateBadge look={look} />
        <PhaseTimes phase={phase} />
        {action && (
          <Button size="xs" loading={action.isPending} onClick={action.onClick}>
            {action.label}
          </Button>
        )}
      </div>
      {(phase._gateChecks ?? []).map((gate) => (
        <p key={`${gate.kind} ${gate.url} ${gate.stage ?? ''}`} className={classes['gate']}>
          <code>{gate.url}</code> {gate.state === 'agreed' ? 'has agreed' : `has been asked ${gate.asked} times`}
          {gate.error !== undefined && `: ${gate.error}`}
          {gate.status !== undefined && ` (HTTP ${gate.status})`}
        </p>
      ))}
      <ul className={classes['audiences']}>
        {_audiences.map((audience) => (
          <Audience key={audience._id} {...{ projectKey, flagKey, audience, environments }} />
        ))}
      </ul>
    </li>
  );
}

function PhaseTimes({ phase }: { phase: PhaseRep }) {
  const { _startedDate, _completionDate, _completedBy, configuration } = phase;
  const { member, token } = _completedBy ?? {};
  const bake = configuration.bakeTimeDurationMs ?? 0;
  return (
    <span className={classes['times']}>
      {_completionDate !== undefined && (
        <>
          completed <RelativeTime at={_completionDate} />
          {member && `, begun by ${personName(member)}`}
          {token && `, begun by the token ${token.name}`}
        </>
      )}
      {_completionDate === undefined && _startedDate !== undefined && (
        <>
          begun <RelativeTime at={_startedDate} />
        </>
      )}
      {_completionDate === undefined && configuration.startAutomatically && ' · starts by itself'}
      {_completionDate === undefined && bake > 0 && ` · bakes ${durationWords(bake)}`}
    </span>
  );
}

interface AudienceProps {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly audience: PhaseRep['_audiences'][number];
  readonly environments: readonly Environment[];
}

function Audience({ projectKey, flagKey, audience, environments }: AudienceProps) {
  const { name, environment: summary, segmentKeys, configuration, status, _failure, _links, _ruleIds } = audience;
  const environment = environments.find(({ key }) => key === summary?.key);
  const waitsForApproval = status === 'waiting-for-approval' || status === 'approval-declined';
  return (
    <li className={classes['audience']} data-critical={environment?.critical ?? false} aria-label={name}>
      <div className={classes['audienceHead']}>
        <strong>{name}</strong>
        <EnvironmentName environment={environment} />
        {status !== undefined && <StateBadge look={statusLook(status)} />}
        <span className={classes['times']}>
          {strategyWords(configuration.releaseStrategy)}
          {segmentKeys && segmentKeys.length > 0 ? ` · ${segmentKeys.join(', ')}` : ' · everyone'}
          {configuration.requireApproval && ' · needs approval'}
        </span>
      </div>
      {_ruleIds.length > 0 && (
        <p className={classes['rules']}>Rules: {_ruleIds.map((id) => id.slice(0, 8)).join(', ')}</p>
      )}
      {_failure !== undefined && <p className={classes['warning']}>{_failure}</p>}
      {waitsForApproval && _links?.['approvalRequest'] && <Approval {...{ projectKey, flagKey, audience }} />}
      {_links?.['automatedRelease'] && <Guarded {...{ projectKey, flagKey, audience }} />}
    </li>
  );
}

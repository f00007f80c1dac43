import { Button, Group } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { AuditEntryRep } from '../../../wire/rest/audit-log.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { AuditList } from '../../audit/audit-list.tsx';
import classes from './flag.module.css';
import { type FlagVersion, isVersion } from './restoration.ts';

const RestoreDialog = lazy(async () => ({ default: (await import('./restore-dialog.tsx')).RestoreDialog }));

/** Everything that has been done with a flag, in all environments, and the ways back. */
export function History({ projectKey, flag }: { projectKey: string; flag: FlagRep }) {
  const [former, setFormer] = useState<FlagVersion>();
  return (
    <section className={classes['card']} aria-label="History">
      <AuditList
        search={{ spec: `proj/${projectKey}:env/*:flag/${flag.key}` }}
        more={(entry) => <WaysBack entry={entry} onChoose={setFormer} />}
      />
      {former && (
        <Suspense>
          <RestoreDialog projectKey={projectKey} flag={flag} former={former} onClose={() => setFormer(undefined)} />
        </Suspense>
      )}
    </section>
  );
}

function WaysBack({ entry, onChoose }: { entry: AuditEntryRep; onChoose: (former: FlagVersion) => void }) {
  const { kind, previousVersion: before, currentVersion: after } = entry;
  if (kind !== 'flag' || (!isVersion(before) && !isVersion(after))) return null;
  return (
    <Group gap="xs" className={classes['waysBack'] ?? ''}>
      {isVersion(before) && (
        <Button size="xs" variant="default" onClick={() => onChoose(before)}>
          Go back to before this…
        </Button>
      )}
      {isVersion(after) && (
        <Button size="xs" variant="default" onClick={() => onChoose(after)}>
          Go back to this version…
        </Button>
      )}
    </Group>
  );
}

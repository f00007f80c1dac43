import type { FlagRep } from '../../../wire/rest/flag.ts';
import { AuditList } from '../../audit/audit-list.tsx';
import classes from './flag.module.css';

/** Everything that has been done with a flag, in all environments. */
export function History({ projectKey, flag }: { projectKey: string; flag: FlagRep }) {
  return (
    <section className={classes['card']} aria-label="History">
      <AuditList search={{ spec: `proj/${projectKey}:env/*:flag/${flag.key}` }} />
    </section>
  );
}

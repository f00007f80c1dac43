import type { ExplanationRep } from '../../../wire/rest/release-steering.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { GoesOn } from '../../release/goes-on.tsx';
import type { Wait } from '../../release/state.ts';
import type { Environment } from '../../shell/use-project.ts';
import classes from './release.module.css';

/** What a release waits for now, who can bring it about, and until when it goes on by itself. */
export function Waits(props: { explanation: ExplanationRep; environments: readonly Environment[] }) {
  const { explanation, environments } = props;
  const members = useMemberChoices();
  const nameOf = (id: string) => members.find(({ value }) => value === id)?.label ?? 'a former member';
  return (
    <section className={classes['waits']} aria-label="What it waits for" aria-live="polite">
      <ul>
        {explanation.waits.map((wait, index) => (
          <li key={index}>
            <strong>{wait.message}</strong>
            <span>{whoWords(wait, nameOf, environments)}</span>
            {wait.until !== undefined && (
              <span>
                Goes on <GoesOn wait={wait} /> if nothing speaks against it.
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who can end a wait, in a sentence; empty when only time or others outside do. */
function whoWords(wait: Wait, nameOf: (id: string) => string, environments: readonly Environment[]): string {
  if (wait.action === undefined) return '';
  const asked = [...wait.memberIds.map(nameOf), ...wait.teamKeys.map((key) => `team ${key}`)];
  const where = wait.environmentKeys.map((key) => environments.find((one) => one.key === key)?.name ?? key).join(', ');
  const who = `Whoever has the right ${wait.action}${where === '' ? '' : ` in ${where}`} can do that.`;
  return asked.length === 0 ? who : `Asked: ${asked.join(', ')}. ${who}`;
}

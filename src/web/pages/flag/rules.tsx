import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { ClausePlace } from '../../targeting/clause-editor.tsx';
import { newClause } from '../../targeting/clause-list.tsx';
import { newId } from '../../targeting/new-id.ts';
import { RuleList } from '../../targeting/rule-list.tsx';
import { ServeEditor } from '../../targeting/serve-editor.tsx';
import { Section } from '../../ui/section.tsx';
import { type Draft, newRule } from './draft.ts';
import classes from './flag.module.css';

interface Props {
  readonly place: ClausePlace;
  readonly flag: FlagRep;
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** Rules, of which the first that matches decides. */
export function Rules({ place, flag, draft: { rules }, onChange }: Props) {
  return (
    <Section title="Rules" hint="The first one that matches decides.">
      <RuleList
        place={place}
        rules={rules}
        newRule={() => newRule(newId(), newClause(), flag)}
        onChange={(changed) => onChange({ rules: changed })}
        note={({ isDisabled }) => isDisabled && <span className={classes['mark']}>disabled</span>}
        effect={(rule, label, change) => (
          <div className={classes['then']}>
            <span>serve</span>
            <ServeEditor label={label} flag={flag} serve={rule.serve} onChange={(serve) => change({ serve })} />
          </div>
        )}
      />
    </Section>
  );
}

import type { Statement } from '../../../domain/access/policy.ts';
import { explainPolicy } from '../../access/explain.ts';
import { AlertIcon } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './role.module.css';

/** What a role grants, in plain sentences, as it is edited. */
export function Grants({ basePermissions, policy }: { basePermissions: string; policy: readonly Statement[] }) {
  const complete = policy.map(({ resources, notResources, actions, notActions }) =>
    [resources ?? notResources, actions ?? notActions].every((list) => list !== undefined && list.length > 0),
  );
  const explanations = explainPolicy(policy);
  return (
    <Section title="What it grants" hint="What is denied wins over what is allowed, whatever their order.">
      <ol className={classes['grants']}>
        <li data-effect="allow">
          {basePermissions === 'reader'
            ? 'May see every project, every team and all SDK keys'
            : 'May see nothing that is not allowed here'}
        </li>
        {explanations.map(({ effect, sentences, doubts }, index) => (
          <li key={index} data-effect={effect}>
            <small>Statement {index + 1}</small>
            {!complete[index] && <p>Nothing yet: it needs resources and actions</p>}
            {complete[index] && sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}
            {complete[index] &&
              doubts.map((doubt) => (
                <p key={doubt} className={classes['doubt']}>
                  <AlertIcon size={14} /> {doubt}
                </p>
              ))}
          </li>
        ))}
      </ol>
    </Section>
  );
}

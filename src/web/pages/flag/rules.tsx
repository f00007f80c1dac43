import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { ClausePlace } from '../../targeting/clause-editor.tsx';
import { ClauseList, newClause } from '../../targeting/clause-list.tsx';
import { newId } from '../../targeting/new-id.ts';
import { ServeEditor } from '../../targeting/serve-editor.tsx';
import { ChevronDownIcon, PlusIcon, TrashIcon, UpIcon } from '../../ui/icons.tsx';
import { type Draft, newRule, type Rule } from './draft.ts';
import classes from './flag.module.css';
import { Section } from './section.tsx';

interface Props {
  readonly place: ClausePlace;
  readonly flag: FlagRep;
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** Rules, of which the first that matches decides. */
export function Rules({ place, flag, draft: { rules }, onChange }: Props) {
  const set = (id: string, changes: Partial<Rule>) =>
    onChange({ rules: rules.map((rule) => (rule.id === id ? { ...rule, ...changes } : rule)) });
  const add = () => onChange({ rules: [...rules, newRule(newId(), newClause(), flag)] });
  return (
    <Section title="Rules" hint="The first one that matches decides.">
      {rules.length > 0 && (
        <ol className={classes['rules']}>
          {rules.map((rule, index) => (
            <li key={rule.id} className={classes['rule']} aria-label={`Rule ${index + 1}`}>
              <RuleHead
                rule={rule}
                number={index + 1}
                onChange={(changes) => set(rule.id, changes)}
                onMove={(by) => onChange({ rules: move(rules, index, by) })}
                isFirst={index === 0}
                isLast={index === rules.length - 1}
                onRemove={() => onChange({ rules: rules.filter(({ id }) => id !== rule.id) })}
              />
              <ClauseList
                place={place}
                clauses={rule.clauses}
                label={`rule ${index + 1}`}
                onChange={(clauses) => set(rule.id, { clauses })}
              />
              <div className={classes['then']}>
                <span>serve</span>
                <ServeEditor
                  label={`by rule ${index + 1}`}
                  flag={flag}
                  serve={rule.serve}
                  onChange={(serve) => set(rule.id, { serve })}
                />
              </div>
            </li>
          ))}
        </ol>
      )}
      <Button variant="default" leftSection={<PlusIcon />} onClick={add} className={classes['add'] ?? ''}>
        Add rule
      </Button>
    </Section>
  );
}

interface HeadProps {
  readonly rule: Rule;
  readonly number: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onChange: (changes: Partial<Rule>) => void;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}

function RuleHead({ rule, number, isFirst, isLast, onChange, onMove, onRemove }: HeadProps) {
  return (
    <div className={classes['ruleHead']}>
      <span className={classes['number']}>{number}</span>
      <TextInput
        variant="unstyled"
        aria-label={`Name of rule ${number}`}
        placeholder="Name this rule"
        value={rule.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      {rule.isDisabled && <span className={classes['mark']}>disabled</span>}
      <Group gap={2} wrap="nowrap">
        <ActionIcon aria-label={`Move rule ${number} up`} disabled={isFirst} onClick={() => onMove(-1)}>
          <UpIcon />
        </ActionIcon>
        <ActionIcon aria-label={`Move rule ${number} down`} disabled={isLast} onClick={() => onMove(1)}>
          <ChevronDownIcon />
        </ActionIcon>
        <ActionIcon aria-label={`Remove rule ${number}`} onClick={onRemove}>
          <TrashIcon />
        </ActionIcon>
      </Group>
    </div>
  );
}

function move(rules: readonly Rule[], from: number, by: number): readonly Rule[] {
  const rule = rules[from];
  return rule ? rules.toSpliced(from, 1).toSpliced(from + by, 0, rule) : rules;
}

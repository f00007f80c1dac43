import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { ChevronDownIcon, PlusIcon, TrashIcon, UpIcon } from '../ui/icons.tsx';
import type { ClausePlace } from './clause-editor.tsx';
import { ClauseList } from './clause-list.tsx';
import type { AnyRule } from './rule-changes.ts';
import classes from './targeting.module.css';

interface Props<Rule extends AnyRule> {
  readonly place: ClausePlace;
  readonly rules: readonly Rule[];
  readonly newRule: () => Rule;
  readonly onChange: (rules: readonly Rule[]) => void;
  /** What the rule leads to, to change it. */
  readonly effect: (rule: Rule, label: string, onChange: (changes: Partial<Rule>) => void) => ReactNode;
  /** What else is to be known of a rule. */
  readonly note?: (rule: Rule) => ReactNode;
}

/** Rules in their order: names, conditions, and what they lead to. */
export function RuleList<Rule extends AnyRule>({ place, rules, newRule, onChange, effect, note }: Props<Rule>) {
  const set = (id: string, changes: Partial<Rule>) =>
    onChange(rules.map((rule) => (rule.id === id ? { ...rule, ...changes } : rule)));
  return (
    <>
      {rules.length > 0 && (
        <ol className={classes['rules']}>
          {rules.map((rule, index) => (
            <li key={rule.id} className={classes['rule']} aria-label={`Rule ${index + 1}`}>
              <RuleHead
                rule={rule}
                number={index + 1}
                note={note?.(rule)}
                onName={(description) => set(rule.id, { description } as Partial<Rule>)}
                onMove={(by) => onChange(move(rules, index, by))}
                isFirst={index === 0}
                isLast={index === rules.length - 1}
                onRemove={() => onChange(rules.filter(({ id }) => id !== rule.id))}
              />
              <ClauseList
                place={place}
                clauses={rule.clauses}
                label={`rule ${index + 1}`}
                onChange={(clauses) => set(rule.id, { clauses } as Partial<Rule>)}
              />
              {effect(rule, `by rule ${index + 1}`, (changes) => set(rule.id, changes))}
            </li>
          ))}
        </ol>
      )}
      <Button
        variant="default"
        leftSection={<PlusIcon />}
        onClick={() => onChange([...rules, newRule()])}
        className={classes['addRule'] ?? ''}
      >
        Add rule
      </Button>
    </>
  );
}

interface HeadProps {
  readonly rule: AnyRule;
  readonly number: number;
  readonly note: ReactNode;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onName: (name: string) => void;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}

function RuleHead({ rule, number, note, isFirst, isLast, onName, onMove, onRemove }: HeadProps) {
  return (
    <div className={classes['ruleHead']}>
      <span className={classes['number']}>{number}</span>
      <TextInput
        variant="unstyled"
        aria-label={`Name of rule ${number}`}
        placeholder="Name this rule"
        value={rule.description}
        onChange={(event) => onName(event.currentTarget.value)}
      />
      {note}
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

function move<Rule>(rules: readonly Rule[], from: number, by: number): readonly Rule[] {
  const rule = rules[from];
  return rule ? rules.toSpliced(from, 1).toSpliced(from + by, 0, rule) : rules;
}

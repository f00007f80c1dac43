import { ActionIcon, Button, SegmentedControl, Select, TagsInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { parsePattern } from '../../../domain/access/resource.ts';
import { kindOf, RESOURCE_KINDS } from '../../access/catalogue.ts';
import { PlusIcon, TrashIcon } from '../../ui/icons.tsx';
import type { StatementDraft } from './policy-draft.ts';
import { ResourceFields } from './resource-fields.tsx';
import classes from './role.module.css';
import { BLANK_RESOURCE, toSpecifier } from './resource-draft.ts';

const EFFECTS = [
  { value: 'allow', label: 'Allow' },
  { value: 'deny', label: 'Deny' },
];
const which = (what: string) => [
  { value: 'these', label: `${what}:` },
  { value: 'but', label: `All ${what.toLowerCase()} but:` },
];
const WHICH_ACTIONS = which('Actions');
const WHICH_RESOURCES = which('Resources');

interface Props {
  /** From 1. */
  readonly position: number;
  readonly statement: StatementDraft;
  readonly onChange: (changes: Partial<StatementDraft>) => void;
  readonly onRemove: () => void;
}

/** One statement: whether it allows or denies, what, and of which things. */
export function StatementEditor({ position, statement, onChange, onRemove }: Props) {
  const { effect, resources, isAllButResources, actions, isAllButActions } = statement;
  const [isChoosing, choosing] = useDisclosure();
  const words = actionChoices(resources, isAllButResources);
  return (
    <fieldset className={classes['statement']} data-effect={effect}>
      <legend className={classes['hidden']}>Statement {position}</legend>
      <div className={classes['statementHead']}>
        <span>{position}</span>
        <SegmentedControl
          aria-label={`Effect of statement ${position}`}
          data={EFFECTS}
          value={effect}
          onChange={(value) => onChange({ effect: value === 'deny' ? 'deny' : 'allow' })}
        />
        <ActionIcon aria-label={`Remove statement ${position}`} onClick={onRemove}>
          <TrashIcon />
        </ActionIcon>
      </div>
      <div className={classes['list']}>
        <Select
          size="xs"
          aria-label={`Which actions of statement ${position}`}
          data={WHICH_ACTIONS}
          value={isAllButActions ? 'but' : 'these'}
          onChange={(value) => onChange({ isAllButActions: value === 'but' })}
        />
        <TagsInput
          aria-label={`Actions of statement ${position}`}
          placeholder={actions.length === 0 ? 'updateOn, delete*, * for all' : ''}
          data={[...words.keys()]}
          value={[...actions]}
          onChange={(names) => onChange({ actions: names })}
          renderOption={({ option }) => (
            <span className={classes['option']}>
              <code>{option.value}</code>
              <small>{words.get(option.value)}</small>
            </span>
          )}
          splitChars={[',', ' ']}
          limit={100}
        />
      </div>
      <div className={classes['list']}>
        <Select
          size="xs"
          aria-label={`Which resources of statement ${position}`}
          data={WHICH_RESOURCES}
          value={isAllButResources ? 'but' : 'these'}
          onChange={(value) => onChange({ isAllButResources: value === 'but' })}
        />
        <TagsInput
          aria-label={`Resources of statement ${position}`}
          placeholder={resources.length === 0 ? 'proj/*:env/test:flag/*' : ''}
          data={PATTERNS}
          value={[...resources]}
          onChange={(names) => onChange({ resources: names })}
          splitChars={[' ']}
          limit={100}
        />
      </div>
      {isChoosing ? (
        <Choice
          onAdd={(resource) => {
            onChange({ resources: [...new Set([...resources, resource])] });
            choosing.close();
          }}
          onCancel={choosing.close}
        />
      ) : (
        <div>
          <Button variant="subtle" size="compact-xs" leftSection={<PlusIcon size={13} />} onClick={choosing.open}>
            Choose a resource
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** Puts a specifier together from lists, for those who do not know how they are written. */
function Choice({ onAdd, onCancel }: { onAdd: (resource: string) => void; onCancel: () => void }) {
  const [draft, setDraft] = useState(BLANK_RESOURCE);
  const resource = toSpecifier(draft);
  return (
    <div className={classes['choice']} role="group" aria-label="Choose a resource">
      <ResourceFields draft={draft} onChange={setDraft} takesPatterns />
      <div className={classes['choiceEnd']}>
        <code>{resource}</code>
        <Button variant="default" size="xs" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="xs" onClick={() => onAdd(resource)}>
          Add the resource
        </Button>
      </div>
    </div>
  );
}

const PATTERNS = [
  '*',
  ...RESOURCE_KINDS.map(({ types }) =>
    types === 'acct'
      ? types
      : types
          .split(':')
          .map((type) => `${type}/*`)
          .join(':'),
  ),
];

/** The actions of what is meant, in words. */
function actionChoices(resources: readonly string[], isAllBut: boolean): ReadonlyMap<string, string> {
  const types = resources.map(
    (one) =>
      parsePattern(one)
        ?.map(({ type }) => type)
        .join(':') ?? one,
  );
  const named = isAllBut ? [] : types.flatMap((one) => kindOf(one) ?? []);
  const kinds = named.length === 0 ? RESOURCE_KINDS : named;
  const words = kinds.flatMap(({ actions, noun }) =>
    Object.entries(actions).map(([name, deed]) => [name, deed.replace('{}', noun)] as const),
  );
  return new Map([['*', 'everything'], ...words]);
}

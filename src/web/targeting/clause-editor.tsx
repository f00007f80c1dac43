import { ActionIcon, Autocomplete, MultiSelect, Select, TagsInput } from '@mantine/core';
import type { Static } from 'typebox';
import type { Json } from '../../domain/json.ts';
import type { SegmentCollection } from '../../wire/rest/segment.ts';
import { useApi } from '../api/use-api.ts';
import { MinusIcon } from '../ui/icons.tsx';
import { type Clause, clauseProblem, OPERATORS, readValue, showValue, valueKindOf } from './clause.ts';
import classes from './targeting.module.css';

const NEGATED = '!';
const CHOICES = OPERATORS.flatMap(({ op, is, isNot }) => [
  { value: op, label: is },
  { value: NEGATED + op, label: isNot },
]);
const PLACEHOLDERS = {
  any: 'Values',
  text: 'Texts',
  number: 'Numbers',
  moment: '2026-01-31T12:00:00Z',
  version: '2.1.0',
  segment: 'Segments',
} as const;

/** Where conditions are written. */
export interface ClausePlace {
  readonly projectKey: string;
  readonly environmentKey: string;
}

interface Props {
  readonly place: ClausePlace;
  readonly clause: Clause;
  /** Such as `1 of rule 2`. */
  readonly label: string;
  readonly onChange: (clause: Clause) => void;
  /** undefined where it is the only one. */
  readonly onRemove: (() => void) | undefined;
}

/** One condition: whose which attribute compares how with what. */
export function ClauseEditor({ place, clause, label, onChange, onRemove }: Props) {
  const { op, negate, attribute, contextKind, values } = clause;
  const isSegment = valueKindOf(op) === 'segment';
  const { kinds, attributes } = useKnownAttributes(place, contextKind);
  const choices = CHOICES.some(({ value }) => value === op) ? CHOICES : [...CHOICES, { value: op, label: op }];
  const chooseOperator = (choice: string | null) => {
    if (choice === null) return;
    const isNegated = choice.startsWith(NEGATED);
    const next = isNegated ? choice.slice(1) : choice;
    const keepsValues = valueKindOf(next) === valueKindOf(op);
    onChange({ ...clause, op: next, negate: isNegated, values: keepsValues ? values : [] });
  };
  return (
    <div className={classes['clause']} role="group" aria-label={`Condition ${label}`}>
      <Autocomplete
        size="sm"
        aria-label="Context kind"
        data={kinds}
        value={contextKind}
        onChange={(value) => onChange({ ...clause, contextKind: value })}
      />
      {!isSegment && (
        <Autocomplete
          size="sm"
          aria-label="Attribute"
          placeholder="Attribute"
          data={attributes}
          limit={50}
          value={attribute}
          onChange={(value) => onChange({ ...clause, attribute: value })}
        />
      )}
      <Select
        aria-label="Operator"
        data={choices}
        searchable
        value={negate ? NEGATED + op : op}
        onChange={chooseOperator}
        className={classes['operator'] ?? ''}
      />
      {isSegment ? (
        <SegmentValues place={place} values={values} onChange={(next) => onChange({ ...clause, values: next })} />
      ) : (
        <TagsInput
          aria-label="Values"
          placeholder={values.length === 0 ? PLACEHOLDERS[valueKindOf(op)] : ''}
          value={values.map((value) => showValue(value, clause))}
          onChange={(typed) => onChange({ ...clause, values: typed.map((text) => readValue(text, clause)) })}
          splitChars={[',']}
          error={values.length > 0 && clauseProblem(clause)}
          className={classes['values'] ?? ''}
        />
      )}
      {onRemove && (
        <ActionIcon size="lg" aria-label={`Remove condition ${label}`} onClick={onRemove}>
          <MinusIcon />
        </ActionIcon>
      )}
    </div>
  );
}

function SegmentValues(props: { place: ClausePlace; values: readonly Json[]; onChange: (values: Json[]) => void }) {
  const { projectKey, environmentKey } = props.place;
  const { data } = useApi<Static<typeof SegmentCollection>>(['segments', projectKey, environmentKey], {
    query: { limit: 500 },
  });
  const chosen = props.values.map(String);
  const known = data?.items.map(({ key, name }) => ({ value: key, label: name })) ?? [];
  const gone = chosen.filter((key) => !known.some(({ value }) => value === key));
  return (
    <MultiSelect
      size="sm"
      aria-label="Segments"
      placeholder={chosen.length === 0 ? PLACEHOLDERS.segment : ''}
      data={[...known, ...gone]}
      value={chosen}
      onChange={props.onChange}
      searchable
      nothingFoundMessage="No segment has that name"
      className={classes['values'] ?? ''}
    />
  );
}

interface KnownAttributes {
  readonly items: readonly { readonly kind: string; readonly names: readonly { readonly name: string }[] }[];
}

/** Kinds and attributes that SDKs have told of, and those that everything has. */
function useKnownAttributes({ projectKey, environmentKey }: ClausePlace, contextKind: string) {
  const path = ['projects', projectKey, 'environments', environmentKey, 'context-attributes'];
  const items = useApi<KnownAttributes>(path).data?.items ?? [];
  const names = items.find(({ kind }) => kind === contextKind)?.names.map(({ name }) => name) ?? [];
  return {
    kinds: [...new Set(['user', ...items.map(({ kind }) => kind)])],
    attributes: [...new Set(['key', 'name', ...names])],
  };
}

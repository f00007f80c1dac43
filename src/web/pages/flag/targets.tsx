import { ActionIcon, Autocomplete, Button, Select, TagsInput } from '@mantine/core';
import { useState } from 'react';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import { VariationLabel, variationLabel } from '../../ui/variation.tsx';
import type { Draft, Target } from './draft.ts';
import classes from './flag.module.css';
import { Section } from '../../ui/section.tsx';
import { endsWithin } from './target-ends.ts';
import { TargetEnds } from './target-ends-list.tsx';

interface Props {
  readonly flag: FlagRep;
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

const same = (one: Target, other: Target) =>
  one.contextKind === other.contextKind && one.variationId === other.variationId;

/** Keys that get a variation whatever the rules say. */
export function Targets({ flag, draft, onChange }: Props) {
  const { targets } = draft;
  /** A key has one variation for each kind: it leaves the others when it comes to one. */
  const set = (changed: Target) =>
    setAll(
      targets.map((target) => {
        if (same(target, changed)) return changed;
        if (target.contextKind !== changed.contextKind) return target;
        return { ...target, values: target.values.filter((value) => !changed.values.includes(value)) };
      }),
    );
  const setAll = (after: readonly Target[]) => onChange({ targets: after, ends: endsWithin(draft.ends, after) });
  return (
    <Section title="Individual targets" hint="These keys get a variation whatever the rules say.">
      {targets.map((target) => {
        const index = flag.variations.findIndex(({ _id }) => _id === target.variationId);
        const name = `${target.contextKind} keys that get ${variationLabel(flag.variations[index] ?? {})}`;
        return (
          <div key={`${target.contextKind} ${target.variationId}`} className={classes['target']}>
            <div className={classes['targetName']}>
              <VariationLabel variation={flag.variations[index]} index={index} />
              <small>{target.contextKind}</small>
            </div>
            <TagsInput
              aria-label={name}
              placeholder="Add keys"
              value={[...target.values]}
              onChange={(values) => set({ ...target, values })}
              splitChars={[',', '\n', ' ']}
              maxDropdownHeight={0}
            />
            <ActionIcon
              size="lg"
              aria-label={`Remove all ${name}`}
              onClick={() => setAll(targets.filter((one) => !same(one, target)))}
            >
              <MinusIcon />
            </ActionIcon>
            <TargetEnds target={target} ends={draft.ends} onChange={(ends) => onChange({ ends })} />
          </div>
        );
      })}
      <AddTarget flag={flag} targets={targets} onAdd={(target) => onChange({ targets: [...targets, target] })} />
    </Section>
  );
}

function AddTarget({
  flag,
  targets,
  onAdd,
}: {
  flag: FlagRep;
  targets: readonly Target[];
  onAdd: (target: Target) => void;
}) {
  const [contextKind, setContextKind] = useState('user');
  const [variationId, setVariationId] = useState(flag.variations[0]?._id ?? '');
  const wanted: Target = { contextKind: contextKind.trim(), variationId, values: [] };
  const isThere = targets.some((target) => same(target, wanted));
  return (
    <div className={classes['adding']}>
      <Autocomplete
        size="sm"
        aria-label="Context kind of new targets"
        data={['user', ...new Set(targets.map((target) => target.contextKind).filter((kind) => kind !== 'user'))]}
        value={contextKind}
        onChange={setContextKind}
      />
      <Select
        aria-label="Variation of new targets"
        data={flag.variations.map((variation) => ({ value: variation._id, label: variationLabel(variation) }))}
        value={variationId}
        onChange={(id) => setVariationId(id ?? '')}
      />
      <Button
        variant="default"
        leftSection={<PlusIcon />}
        disabled={isThere || wanted.contextKind === ''}
        title={isThere ? 'They are above already' : undefined}
        onClick={() => onAdd(wanted)}
      >
        Add targets
      </Button>
    </div>
  );
}

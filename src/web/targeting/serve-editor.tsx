import { NumberInput, Select, Slider, TextInput } from '@mantine/core';
import type { FlagRep } from '../../wire/rest/flag.ts';
import { VariationLabel, variationLabel } from '../ui/variation.tsx';
import { equalShares, type Serve, setShare, WHOLE } from './serve.ts';
import classes from './targeting.module.css';

const ROLLOUT = 'rollout';

interface Props {
  /** Whom it is served to, for screen readers, such as `by default`. */
  readonly label: string;
  readonly flag: FlagRep;
  readonly serve: Serve;
  readonly onChange: (serve: Serve) => void;
}

/** What is served: a variation, or shares of all contexts that always sum to 100 percent. */
export function ServeEditor({ label, flag, serve, onChange }: Props) {
  const ids = flag.variations.map(({ _id }) => _id);
  const data = [
    ...(flag._purpose === 'migration'
      ? []
      : flag.variations.map((variation) => ({ value: variation._id, label: variationLabel(variation) }))),
    { value: ROLLOUT, label: 'Shares of all, in percent' },
  ];
  const choose = (value: string | null) => {
    if (value === null) return;
    onChange(
      value === ROLLOUT
        ? { kind: 'rollout', weights: equalShares(ids), contextKind: 'user' }
        : { kind: 'variation', variationId: value },
    );
  };
  return (
    <div className={classes['serve']}>
      <Select
        aria-label={`Serve ${label}`}
        data={data}
        value={serve.kind === 'variation' ? serve.variationId : ROLLOUT}
        onChange={choose}
        renderOption={({ option }) => {
          const index = ids.indexOf(option.value);
          return index < 0 ? option.label : <VariationLabel variation={flag.variations[index]} index={index} />;
        }}
      />
      {serve.kind === 'rollout' && <Shares label={label} flag={flag} rollout={serve} onChange={onChange} />}
    </div>
  );
}

interface SharesProps {
  readonly label: string;
  readonly flag: FlagRep;
  readonly rollout: Extract<Serve, { kind: 'rollout' }>;
  readonly onChange: (serve: Serve) => void;
}

function Shares({ label, flag, rollout, onChange }: SharesProps) {
  const set = (id: string, percent: number) =>
    onChange({ ...rollout, weights: setShare(rollout.weights, id, percent * 1000) });
  return (
    <div className={classes['shares']}>
      <div className={classes['bar']} aria-hidden="true">
        {flag.variations.map(({ _id }, index) => (
          <span key={_id} data-color={index % 8} style={{ width: `${((rollout.weights[_id] ?? 0) / WHOLE) * 100}%` }} />
        ))}
      </div>
      {flag.variations.map((variation, index) => {
        const percent = (rollout.weights[variation._id] ?? 0) / 1000;
        const name = variationLabel(variation);
        return (
          <div key={variation._id} className={classes['share']}>
            <VariationLabel variation={variation} index={index} />
            <Slider
              thumbLabel={`Share of ${name} ${label}`}
              label={null}
              size="sm"
              value={percent}
              onChange={(value) => set(variation._id, value)}
            />
            <NumberInput
              aria-label={`Percent of ${name} ${label}`}
              suffix=" %"
              min={0}
              max={100}
              decimalScale={3}
              hideControls
              value={percent}
              onChange={(value) => typeof value === 'number' && set(variation._id, value)}
            />
          </div>
        );
      })}
      <div className={classes['bucket']}>
        <span>The same share for each</span>
        <TextInput
          aria-label={`Context kind that shares go by, ${label}`}
          value={rollout.contextKind}
          onChange={(event) => onChange({ ...rollout, contextKind: event.currentTarget.value })}
        />
        <TextInput
          aria-label={`Attribute that shares go by, ${label}`}
          placeholder="key"
          value={rollout.bucketBy ?? ''}
          onChange={(event) => onChange({ ...rollout, bucketBy: event.currentTarget.value || undefined })}
        />
      </div>
    </div>
  );
}

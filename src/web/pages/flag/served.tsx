import { Select, Switch } from '@mantine/core';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Environment } from '../../shell/use-project.ts';
import { ServeEditor } from '../../targeting/serve-editor.tsx';
import { variationLabel } from '../../ui/variation.tsx';
import type { Draft } from './draft.ts';
import classes from './flag.module.css';
import { Section } from '../../ui/section.tsx';

const NOTHING = '';

interface Props {
  readonly part: 'switch' | 'default' | 'off';
  readonly flag: FlagRep;
  readonly draft: Draft;
  readonly environment: Environment;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** The switch, what all others get while it is on, and what everybody gets while it is off. */
export function Served({ part, flag, draft, environment, onChange }: Props) {
  if (part === 'switch') {
    return (
      <div className={classes['switch']} data-on={draft.isOn}>
        <Switch
          size="md"
          label={`The flag is ${draft.isOn ? 'on' : 'off'} in ${environment.name}`}
          checked={draft.isOn}
          onChange={(event) => onChange({ isOn: event.currentTarget.checked })}
        />
        {environment.isProduction && (
          <span className={classes['critical']}>{environment.critical ? 'Critical environment' : 'Production'}</span>
        )}
      </div>
    );
  }
  if (part === 'default') {
    return (
      <Section title="Default rule" hint="For everybody whom nothing above is about.">
        <ServeEditor
          label="by default"
          flag={flag}
          serve={draft.fallthrough}
          onChange={(fallthrough) => onChange({ fallthrough })}
        />
      </Section>
    );
  }
  const data = [
    ...flag.variations.map((variation) => ({ value: variation._id, label: variationLabel(variation) })),
    { value: NOTHING, label: 'The default that the code passes' },
  ];
  return (
    <Section title="When off" hint="For everybody, while the flag is off or a prerequisite does not hold.">
      <Select
        aria-label="Serve when off"
        data={data}
        value={draft.offVariationId ?? NOTHING}
        onChange={(id) => onChange({ offVariationId: id || undefined })}
        className={classes['choice'] ?? ''}
      />
    </Section>
  );
}

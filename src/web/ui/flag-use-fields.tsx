import { Checkbox } from '@mantine/core';

/** What a flag is for: how long, and which SDKs get it beside those of servers. */
export interface FlagUse {
  readonly isTemporary: boolean;
  readonly forBrowsers: boolean;
  readonly forMobiles: boolean;
}

interface Props {
  readonly use: FlagUse;
  readonly onChange: (change: Partial<FlagUse>) => void;
}

/** Says what a flag is for. */
export function FlagUseFields({ use, onChange }: Props) {
  return (
    <>
      <Checkbox
        label="Temporary: to be removed once it is released"
        checked={use.isTemporary}
        onChange={(event) => onChange({ isTemporary: event.currentTarget.checked })}
      />
      <Checkbox
        label="Browsers may see it (client-side SDKs)"
        checked={use.forBrowsers}
        onChange={(event) => onChange({ forBrowsers: event.currentTarget.checked })}
      />
      <Checkbox
        label="Mobile apps may see it (mobile SDKs)"
        checked={use.forMobiles}
        onChange={(event) => onChange({ forMobiles: event.currentTarget.checked })}
      />
    </>
  );
}

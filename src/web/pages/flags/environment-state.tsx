import type { FlagConfigRep, FlagRep } from '../../../wire/rest/flag.ts';
import { OnOff } from '../../ui/on-off.tsx';
import { variationLabel, VariationLabel, VariationMark } from '../../ui/variation.tsx';
import classes from './flags.module.css';

type Config = FlagConfigRep;

/** Whether a flag is on somewhere, and what it serves there to those whom no rule is about. */
export function EnvironmentState({ flag, config }: { flag: FlagRep; config: Config | undefined }) {
  if (!config) return <span className={classes['soft']}>–</span>;
  return (
    <span className={classes['state']}>
      <OnOff isOn={config.on} />
      <span className={classes['serves']}>
        <Served flag={flag} config={config} />
      </span>
    </span>
  );
}

function Served({ flag, config }: { flag: FlagRep; config: Config }) {
  const uses = Object.entries(config._summary.variations).map(([index, use]) => ({ index: Number(index), ...use }));
  const shares = uses.filter(({ rollout }) => rollout !== undefined);
  const single = uses.find((use) => (config.on ? use.isFallthrough : use.isOff));
  const extra = config.on ? extras(uses) : '';
  if (config.on && shares.length > 0) {
    const title = shares
      .map(({ index, rollout = 0 }) => `${rollout / 1000}% ${variationLabel(flag.variations[index] ?? {})}`)
      .join(', ');
    return (
      <span className={classes['shares']} title={title}>
        {shares.map(({ index, rollout = 0 }) => (
          <span key={index}>
            <VariationMark index={index} />
            {Math.round(rollout / 1000)}%
          </span>
        ))}
        {extra}
      </span>
    );
  }
  return (
    <>
      <VariationLabel variation={single && flag.variations[single.index]} index={single?.index ?? 0} />
      {extra !== '' && <span>{extra}</span>}
    </>
  );
}

/** What else decides: rules and targets, in a word. */
function extras(
  uses: readonly { rules: number; nullRules: number; targets: number; contextTargets: number }[],
): string {
  const hasRules = uses.some(({ rules, nullRules }) => rules + nullRules > 0);
  const hasTargets = uses.some(({ targets, contextTargets }) => targets + contextTargets > 0);
  const words = [...(hasRules ? ['rules'] : []), ...(hasTargets ? ['targets'] : [])];
  return words.length === 0 ? '' : `+ ${words.join(', ')}`;
}

import classes from './ui.module.css';

interface Variation {
  readonly value?: unknown;
  readonly name?: string | undefined;
}

/** The name of a variation, or its value where it has none. */
export function variationLabel({ name, value }: Variation): string {
  return name || (typeof value === 'string' ? `"${value}"` : JSON.stringify(value));
}

/** The colour that a position has everywhere. */
export function VariationMark({ index }: { index: number }) {
  return <span className={classes['variationMark']} data-color={index % 8} aria-hidden="true" />;
}

/** A variation with the colour that its position has everywhere. */
export function VariationLabel({ variation, index }: { variation: Variation | undefined; index: number }) {
  if (!variation) return <span className={classes['variation']}>no variation</span>;
  const label = variationLabel(variation);
  return (
    <span className={classes['variation']} title={label}>
      <VariationMark index={index} />
      <span>{label}</span>
    </span>
  );
}

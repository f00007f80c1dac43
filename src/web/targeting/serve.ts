/** All shares together, in thousandths of a percent. */
export const WHOLE = 100_000;

/** What is served: one variation, or each to a share of contexts, in thousandths of a percent by variation id. */
export type Serve =
  | { readonly kind: 'variation'; readonly variationId: string }
  | {
      readonly kind: 'rollout';
      readonly weights: Readonly<Record<string, number>>;
      readonly contextKind: string;
      /** The key when absent. */
      readonly bucketBy?: string | undefined;
    };

/** Shares that are as equal as they can be; the first ones get what is left over. */
export function equalShares(ids: readonly string[]): Readonly<Record<string, number>> {
  const share = Math.floor(WHOLE / ids.length / 1000) * 1000;
  const rest = WHOLE - share * ids.length;
  return Object.fromEntries(ids.map((id, index) => [id, share + (index === 0 ? rest : 0)]));
}

/**
 * Gives one variation another share; the others share the rest in the ratio they had, or equally when they had nothing.
 * All shares always sum to the whole.
 */
export function setShare(
  weights: Readonly<Record<string, number>>,
  id: string,
  wanted: number,
): Readonly<Record<string, number>> {
  const share = Math.round(Math.min(WHOLE, Math.max(0, wanted)));
  const others = Object.keys(weights).filter((other) => other !== id);
  if (others.length === 0) return { [id]: WHOLE };
  const rest = WHOLE - share;
  const before = others.reduce((sum, other) => sum + (weights[other] ?? 0), 0);
  const parts = others.map((other) =>
    Math.floor(before === 0 ? rest / others.length : (rest * (weights[other] ?? 0)) / before),
  );
  const leftOver = rest - parts.reduce((sum, part) => sum + part, 0);
  const largest = parts.indexOf(Math.max(...parts));
  const entries = others.map(
    (other, index) => [other, (parts[index] ?? 0) + (index === largest ? leftOver : 0)] as const,
  );
  const after = new Map<string, number>([...entries, [id, share]]);
  return Object.fromEntries(Object.keys(weights).map((key) => [key, after.get(key) ?? 0]));
}

/** What an instruction says of it. @param isMigration whether only shares are taken */
export function serveFields(serve: Serve, isMigration = false): Readonly<Record<string, unknown>> {
  if (serve.kind === 'variation') {
    return isMigration ? { rolloutWeights: { [serve.variationId]: WHOLE } } : { variationId: serve.variationId };
  }
  const { weights, contextKind, bucketBy } = serve;
  return {
    rolloutWeights: weights,
    rolloutContextKind: contextKind,
    ...(bucketBy !== undefined && { rolloutBucketBy: bucketBy }),
  };
}

/** Such as `Version 2`, or `25% Version 2, 75% Control`. @param nameOf the name of a variation by its id */
export function serveWords(serve: Serve, nameOf: (id: string) => string): string {
  if (serve.kind === 'variation') return nameOf(serve.variationId);
  const shares = Object.entries(serve.weights).filter(([, weight]) => weight > 0);
  return shares.map(([id, weight]) => `${weight / 1000}% ${nameOf(id)}`).join(', ');
}

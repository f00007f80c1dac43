import type { ClauseFile } from './file-schemas.ts';

interface Clause {
  readonly contextKind?: string | undefined;
  readonly attribute?: string | undefined;
  readonly op: string;
  readonly values: readonly unknown[];
  readonly negate?: boolean | undefined;
}

export const isUser = (kind: string | undefined) => (kind ?? '') === '' || kind === 'user';

/** A kind of contexts, where it is not the usual one. */
export const kindMember = (kind: string | undefined): { kind?: string } =>
  isUser(kind) || kind === undefined ? {} : { kind };

export function toClauseFile({ contextKind, attribute, op, values, negate }: Clause): ClauseFile {
  return {
    ...(op !== 'segmentMatch' && kindMember(contextKind)),
    ...(op !== 'segmentMatch' && attribute && { attribute }),
    op,
    values: [...values],
    ...(negate && { not: true }),
  };
}

export function fromClauseFile({ kind, attribute, op, values, not }: ClauseFile): object {
  return { contextKind: kind ?? 'user', attribute: attribute ?? op, op, values, negate: not ?? false };
}

/** Thousandths of a percent, as the API counts. */
export const toWeight = (percent: number) => Math.round(percent * 1000);
export const toPercent = (weight: number) => weight / 1000;

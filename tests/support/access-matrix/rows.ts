import { ACCOUNT_ROWS } from './account-rows.ts';
import { APPROVAL_ROWS } from './approval-rows.ts';
import { CODE_ROWS } from './code-rows.ts';
import { CONTEXT_ROWS } from './context-rows.ts';
import { FLAG_ROWS } from './flag-rows.ts';
import { FLAG_PART_ROWS } from './flag-part-rows.ts';
import { METRIC_ROWS } from './metric-rows.ts';
import { NOTICE_ROWS } from './notice-rows.ts';
import { PROJECT_ROWS } from './project-rows.ts';
import { RELAY_ROWS } from './relay-rows.ts';
import { RELEASE_ROWS } from './release-rows.ts';
import { SEGMENT_ROWS } from './segment-rows.ts';
import type { Row } from './row.ts';

/** Every operation that writes. */
export const ROWS: readonly Row[] = [
  ...PROJECT_ROWS,
  ...FLAG_ROWS,
  ...FLAG_PART_ROWS,
  ...RELEASE_ROWS,
  ...APPROVAL_ROWS,
  ...SEGMENT_ROWS,
  ...METRIC_ROWS,
  ...CONTEXT_ROWS,
  ...CODE_ROWS,
  ...RELAY_ROWS,
  ...NOTICE_ROWS,
  ...ACCOUNT_ROWS,
];

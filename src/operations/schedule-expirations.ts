import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import { jsonEquals } from '../domain/json.ts';
import type { Write } from './write.ts';

/** Sets the alarms of the environments whose ends of targets a change has moved. One that rings in vain does no harm. */
export function scheduleExpirations(write: Write, before: Flag, after: Flag): void {
  for (const [key, config] of Object.entries(after.environments)) {
    if (jsonEquals(before.environments[key]?.expiringTargets, config.expiringTargets)) continue;
    scheduleNextExpiration(write, after, config);
  }
}

/** Sets the alarm for the target that ends first: one for each flag and environment. */
export function scheduleNextExpiration(write: Write, flag: Flag, { environmentId, expiringTargets }: FlagConfig): void {
  if (expiringTargets.length === 0) return;
  const dueAtMs = Math.min(...expiringTargets.map(({ expirationDate }) => expirationDate));
  write.schedule({ kind: 'expire-targets', subject: `${flag.id} ${environmentId}`, dueAtMs });
}

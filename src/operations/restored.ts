import { SYSTEM } from '../domain/access/actor.ts';
import { renewDeliveries } from '../store/deliveries.ts';
import { type Deps, write } from './write.ts';

/**
 * What payload versions are raised to: seconds since then. It rises faster than changes are made, so that no version from
 * before comes again, and stays small enough for SDKs that count in 32 bits.
 */
const BEGINNING_MS = Date.UTC(2020, 0);

/**
 * Makes a store that has just been filled from a backup ready to be served: SDKs may hold what has been lost since the
 * backup, and are to take what there is now.
 * @param backup what the backup was called, for the audit log
 */
export async function settleRestored(deps: Deps, backup: string): Promise<void> {
  await write(deps, SYSTEM, async (write) => {
    await renewDeliveries(write.tx, Math.floor((write.now - BEGINNING_MS) / 1000));
    write.record({
      kind: 'account',
      name: backup,
      projectId: undefined,
      accesses: [],
      titleVerb: 'restored the account',
      description: [`Restored the account from the backup ${backup}`],
    });
  });
}

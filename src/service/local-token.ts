import type { LocalTokenOptions } from '../cli/account/commands.ts';
import { CommandError, ExitCode } from '../cli/command-error.ts';
import { print } from '../cli/output.ts';
import { createRescueToken } from '../operations/account/rescue-token.ts';
import { configuration } from './configuration.ts';
import { withStore } from './store.ts';

/** Makes a token in the store itself and prints its secret. */
export async function createLocalToken({ name, role, member, ...options }: LocalTokenOptions): Promise<void> {
  const made = await withStore(configuration(), (deps) => createRescueToken(deps, { name, role, email: member }));
  if (!made)
    throw new CommandError(`--member: expected the e-mail address of a member, got "${member}"`, ExitCode.Usage);
  const { token, secret } = made;
  print(options, { _id: token.id, name, role, memberId: token.memberId, token: secret }, () => secret);
}

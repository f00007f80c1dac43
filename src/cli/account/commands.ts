import { type Command, Option } from 'commander';
import { withConnection } from '../connection.ts';
import { type OutputOptions, withExamples, withOutput } from '../output.ts';
import { collect } from '../project-option.ts';

const TOKEN_ROLES = ['reader', 'writer', 'admin'];
const MEMBER_ROLES = ['no_access', ...TOKEN_ROLES];

/** Makes a token in the store itself, for whoever has none to call the API with. */
export type LocalToken = (options: LocalTokenOptions) => Promise<void>;

export interface LocalTokenOptions extends OutputOptions {
  readonly name: string;
  readonly role: string;
  /** E-mail of the member that it is for; the owner when absent. */
  readonly member?: string;
}

/** Adds `slipway token …` and `slipway member …`. */
export function addAccountCommands(program: Command, createLocalToken: LocalToken): void {
  const token = program.command('token').description('make and delete API access tokens');
  addTokenCreate(token, createLocalToken);
  withExamples(
    common(token.command('list'))
      .description('list access tokens: your own and service tokens')
      .option('--all', 'those of everybody, for admins')
      .action(async (options) => (await import('./tokens.ts')).listTokens(options)),
    'slipway token list --all',
  );
  withExamples(
    common(token.command('revoke <id>'))
      .description('delete an access token: whoever uses it is turned away at once')
      .action(async (id, options) => (await import('./tokens.ts')).revokeToken(id, options)),
    'slipway token revoke 6734f0e1c2a3b40001020304',
  );
  const member = program.command('member').description('read and invite members');
  withExamples(
    common(member.command('list'))
      .description('list the members of the account')
      .action(async (options) => (await import('./members.ts')).listMembers(options)),
    'slipway member list',
  );
  withExamples(
    common(member.command('invite <email...>'))
      .description('invite people, all or none of them')
      .addOption(new Option('--role <role>', 'their base role').choices(MEMBER_ROLES))
      .option('--custom-role <key>', 'a custom role; may be repeated', collect)
      .option('--team <key>', 'a team that they join; may be repeated', collect)
      .action(async (emails, options) => (await import('./members.ts')).inviteMembers(emails, options)),
    'slipway member invite kim@example.com sandy@example.com --role writer --team checkout',
  );
}

const common = (command: Command) => withOutput(withConnection(command));

function addTokenCreate(token: Command, createLocalToken: LocalToken): void {
  const create = common(token.command('create'))
    .description('make an access token, which is printed once and never again')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(
      new Option('--role <role>', 'its base role; reader when there is no custom role either').choices(TOKEN_ROLES),
    )
    .option('--custom-role <key>', 'a custom role in place of a base role; may be repeated', collect)
    .option('--service', 'a service token, which stays when you go')
    .option('--description <text>', 'more about it')
    .option('--local', 'without the API, in the store that DATABASE_URL names: when nobody has a token any more')
    .option('--member <email>', 'with --local: whose token it is; the owner’s when absent')
    .action(async (options) => (await import('./tokens.ts')).createToken(options, createLocalToken));
  withExamples(
    create,
    'slipway token create --name deploy --service --role writer',
    'slipway token create --local --name rescue --role admin --member owner@localhost',
  );
}

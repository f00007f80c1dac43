import { type Command, Option } from 'commander';
import { withConnection } from '../connection.ts';
import { withExamples, withOutput } from '../output.ts';
import { collect, wholeNumber, withProject } from '../project-option.ts';

/** Adds `slipway flags …`. */
export function addFlagCommands(program: Command): void {
  const flags = program.command('flags').description('read and change flags');
  addList(flags);
  addGet(flags);
  addCreate(flags);
  addToggle(flags);
  addArchive(flags);
}

const common = (command: Command) => withOutput(withConnection(withProject(command)));

const withComment = (command: Command) => command.option('--comment <text>', 'why, for the audit log');

function addList(flags: Command): void {
  const list = common(flags.command('list'))
    .description('list the flags of a project, and the environments in which each is on')
    .option('--environment <key>', 'show and ask about this environment only')
    .option('--query <text>', 'only flags with the text in their key, name or description')
    .option('--tag <tag>', 'only flags with the tag; may be repeated', collect)
    .addOption(new Option('--state <state>', 'only flags in the state').choices(['live', 'deprecated', 'archived']))
    .option('--archived', 'only archived flags')
    .addOption(
      new Option('--status <status>', 'only flags of this status in --environment').choices([
        'new',
        'active',
        'inactive',
        'launched',
      ]),
    )
    .addOption(
      new Option('--targeting <state>', 'only flags that are on, or off, in --environment').choices(['on', 'off']),
    )
    .option('--filter <expression>', 'any other filter of the API, as field:value,field:value')
    .option('--sort <fields>', 'comma list of creationDate, key, name, tags, type …; - before one turns it round')
    .option('--limit <count>', 'at most so many', wholeNumber(1))
    .action(async (options) => (await import('./list.ts')).listFlags(options));
  withExamples(
    list,
    'slipway flags list --project shop --environment production --targeting on',
    'slipway flags list --tag checkout --sort=-creationDate --limit 10 --json',
  );
}

function addGet(flags: Command): void {
  const get = common(flags.command('get <key>'))
    .description('show a flag: its variations, and what it serves in each environment')
    .option('--environment <key>', 'this environment only')
    .action(async (key, options) => (await import('./get.ts')).getFlag(key, options));
  withExamples(get, 'slipway flags get new-checkout --project shop', 'slipway flags get new-checkout --json');
}

function addCreate(flags: Command): void {
  const create = common(flags.command('create <key>'))
    .description('create a flag, which begins off in all environments')
    .option('--name <name>', 'what people call it; the key when absent')
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--kind <kind>', 'what its values are')
        .choices(['boolean', 'string', 'number', 'json'])
        .default('boolean'),
    )
    .option('--variation <value>', 'a value that it may have; repeat for each (not for boolean)', collect)
    .option('--variation-name <name>', 'what people call the variation; repeat in the same order', collect)
    .option('--default-on <index>', 'variation that is served when on; the first is 0', wholeNumber(0))
    .option('--default-off <index>', 'variation that is served when off', wholeNumber(0))
    .option('--tag <tag>', 'a tag; may be repeated', collect)
    .option('--permanent', 'the flag is to stay, so nobody is reminded to remove it')
    .option('--client-side', 'browsers may have it')
    .option('--no-client-side', 'browsers may not have it')
    .option('--mobile', 'mobile SDKs may have it')
    .option('--no-mobile', 'mobile SDKs may not have it')
    .option('--maintainer <email>', 'who looks after it; you when absent')
    .option('--on', 'begin on in all environments')
    .action(async (key, options) => (await import('./create.ts')).createFlag(key, options));
  withExamples(
    create,
    'slipway flags create new-checkout --name "New checkout" --tag shop --client-side',
    'slipway flags create banner --kind string --variation none --variation summer --default-off 0 --default-on 1',
  );
}

function addToggle(flags: Command): void {
  const toggle = withComment(common(flags.command('toggle <key>')))
    .description('turn a flag on or off in an environment; without --on or --off the other way round')
    .requiredOption('--environment <key>', 'where')
    .addOption(new Option('--on', 'turn it on').conflicts('off'))
    .option('--off', 'turn it off')
    .option('--request-approval', 'ask for approval instead of changing it')
    .action(async (key, options) => (await import('./toggle.ts')).toggleFlag(key, options));
  withExamples(
    toggle,
    'slipway flags toggle new-checkout --environment test --on',
    'slipway flags toggle new-checkout --environment production --off --comment "Error rate is up"',
  );
}

function addArchive(flags: Command): void {
  const archive = withComment(common(flags.command('archive <key>')))
    .description('archive a flag: it is off everywhere and out of lists')
    .action(async (key, options) => (await import('./archive.ts')).archiveFlag(key, options));
  withExamples(archive, 'slipway flags archive old-checkout --comment "Not in the code any more"');
  const restore = withComment(common(flags.command('restore <key>')))
    .description('bring an archived flag back')
    .action(async (key, options) => (await import('./archive.ts')).restoreFlag(key, options));
  withExamples(restore, 'slipway flags restore old-checkout');
}

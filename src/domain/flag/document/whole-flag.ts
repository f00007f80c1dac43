import { Fields } from '../../fields.ts';
import { show } from '../../json.ts';
import type { NewFlag } from '../create-flag.ts';
import type { Step } from '../apply-instructions.ts';
import type { Flag } from '../flag.ts';
import type { ChangeContext } from '../instruction.ts';
import { derivedStep } from './comparison.ts';
import { documentSteps } from './document-steps.ts';
import { SETTING_MEMBERS, toFlagDocument } from './flag-document.ts';
import { byMark } from './marked-reference.ts';

/*
 * A flag that comes as a whole, as its representation writes it (docs/wire/whole-resources.md): from another service, or
 * from a file. What it leaves out stays as it is.
 */

/** Members of an environment that count; `expiringTargets` beside them. */
const CONFIG_MEMBERS = [
  'on',
  'salt',
  'prerequisites',
  'targets',
  'contextTargets',
  'rules',
  'fallthrough',
  'offVariation',
  'trackEvents',
  'trackEventsFallthrough',
  'migrationSettings',
];

/** What a flag that does not exist yet is made with, before the steps that lead to the rest. */
export interface WholeFlagStart {
  readonly request: NewFlag;
  readonly variationIds: readonly (string | undefined)[];
  /** Unix milliseconds; when it was made elsewhere. */
  readonly createdAt: number | undefined;
}

/** @throws InvalidRequest naming the bad field */
export function readWholeFlagStart(key: string, given: unknown): WholeFlagStart {
  const fields = new Fields(given, '');
  const variations = fields.optional('variations', fields.objects);
  const purpose = fields.optional('purpose', fields.string) ?? fields.optional('_purpose', fields.string);
  const isMigration = purpose !== undefined && purpose !== '';
  const values = variations?.map((variation) => ({ value: variation.raw('value') ?? null }));
  return {
    request: {
      key,
      name: fields.optional('name', fields.string) ?? key,
      temporary: isMigration || (fields.optional('temporary', fields.boolean) ?? false),
      ...(values && !isMigration && { variations: values }),
      ...(isMigration && { purpose, migrationSettings: fields.raw('migrationSettings') }),
    },
    variationIds: (variations ?? []).map((variation) => variation.optional('_id', readId)),
    createdAt: fields.optional('creationDate', fields.integer),
  };
}

/** The steps that lead from a flag to the one that is given. @throws InvalidRequest, InvalidPatch naming the bad field */
export function wholeFlagSteps(flag: Flag, given: unknown, context: ChangeContext): readonly Step[] {
  const fields = new Fields(given, '');
  if (fields.has('key') && fields.raw('key') !== flag.key) fields.fail('key', `${show(flag.key)}, as the path has it`);
  const environments = fields.optional('environments', fields.object)?.entries() ?? [];
  const before = toFlagDocument(flag, context.surroundings.flags, byMark);
  const configs: Readonly<Record<string, object | undefined>> = before.environments;
  const after = {
    ...before,
    ...pick(given, SETTING_MEMBERS),
    environments: {
      ...before.environments,
      ...Object.fromEntries(
        environments.map(([key, config]) => {
          const members = Object.fromEntries(new Fields(config, `environments.${key}.`).entries());
          return [key, { ...configs[key], ...pick(members, CONFIG_MEMBERS) }];
        }),
      ),
    },
  };
  return [
    ...documentSteps(flag, before, after, context, { isWhole: true }),
    ...environments.flatMap(([key, config]) => expirySteps(key, new Fields(config, `environments.${key}.`))),
  ];
}

function expirySteps(environmentKey: string, config: Fields): readonly Step[] {
  if (!config.has('expiringTargets')) return [];
  const instruction = { kind: 'replaceExpiringTargets', expiringTargets: config.list('expiringTargets') };
  return [{ ...derivedStep(`environments.${environmentKey}.`, instruction), environmentKey }];
}

function pick(value: unknown, names: readonly string[]): Record<string, unknown> {
  const members = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.filter((name) => Object.hasOwn(members, name)).map((name) => [name, members[name]]));
}

const ID = /^[\w-]{1,64}$/;

/** Reads an id that was given elsewhere. */
function readId(this: Fields, name: string): string {
  const id = this.string(name);
  return ID.test(id) ? id : this.fail(name, "1 to 64 letters, digits, '_' or '-'");
}

import type { Step } from './apply-instructions.ts';
import type { Flag } from './flag.ts';
import { START_KINDS } from './rollout-start.ts';

/** Things outside a flag that a change speaks of. */
export interface Mentions {
  readonly flagKeys: ReadonlySet<string>;
  readonly memberIds: ReadonlySet<string>;
  readonly teamKeys: ReadonlySet<string>;
  /** Whether an automated rollout begins, which metrics and release policies have to do with. */
  readonly startsRollout: boolean;
}

/** What the flag and the steps name, to be looked up before the steps are applied. Steps may still be malformed. */
export function mentionsOf(flag: Pick<Flag, 'environments'> | undefined, steps: readonly Step[]): Mentions {
  const own = Object.values(flag?.environments ?? {}).flatMap((config) => config.prerequisites);
  const instructions = steps.map(({ instruction }) => membersOf(instruction));
  const values = (kind: string) => texts(instructions.filter((one) => one['kind'] === kind).map((one) => one['value']));
  return {
    flagKeys: new Set([
      ...own.map(({ flagKey }) => flagKey),
      ...texts(instructions.filter(isAboutPrerequisites).flatMap(prerequisiteKeys)),
    ]),
    memberIds: new Set(values('updateMaintainerMember')),
    teamKeys: new Set(values('updateMaintainerTeam')),
    startsRollout: instructions.some(({ kind }) => typeof kind === 'string' && START_KINDS.includes(kind)),
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

const isAboutPrerequisites = ({ kind }: Members) => typeof kind === 'string' && kind.includes('Prerequisite');

function prerequisiteKeys(instruction: Members): readonly unknown[] {
  const list = instruction['prerequisites'];
  return [instruction['key'], ...(Array.isArray(list) ? list.map((element) => membersOf(element)['key']) : [])];
}

const texts = (values: readonly unknown[]) => values.filter((value) => typeof value === 'string');

import { jsonEquals, show } from './json.ts';

/** One setting that changed: the action it needs and a sentence for the audit log. */
export interface SettingDifference {
  readonly action: string;
  readonly words: string;
}

/**
 * The settings in which `after` differs from `before`.
 * @param secrets settings whose values are not shown
 * @param actions the action that a change of each setting needs; settings without one are not compared
 */
export function settingDifferences<T extends object>(
  before: T,
  after: T,
  actions: Readonly<Partial<Record<keyof T & string, string>>>,
  secrets: readonly string[] = [],
): readonly SettingDifference[] {
  return Object.entries(actions)
    .filter(([name]) => !jsonEquals(before[name as keyof T], after[name as keyof T]))
    .map(([name, action]) => ({
      action: action as string,
      words: secrets.includes(name)
        ? `Changed ${name}`
        : `Changed ${name} from ${show(before[name as keyof T])} to ${show(after[name as keyof T])}`,
    }));
}

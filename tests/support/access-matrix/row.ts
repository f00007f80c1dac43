import type { TestAnswer, TestRequest } from '../app.ts';
import { SEMANTIC } from '../headers.ts';
import type { Role } from './roles.ts';

/** What each row stands on; made by the owner, and anew once somebody has changed it. */
export interface Fixture {
  /** A project whose environment `production` is critical, with a pipeline. */
  readonly project: string;
  /** A flag `checkout-…` that bears the tag `team-a`. */
  readonly flag: string;
  readonly variationIds: readonly string[];
  /** A project, team, role, member and token that nothing needs. */
  readonly spare: string;
  readonly memberId: string;
  readonly tokenId: string;
  /** Asks for something as the owner, or as somebody else. @throws Error when it is refused */
  send(request: TestRequest): Promise<TestAnswer['body']>;
  /** Has an SDK tell of its application, by the header `X-LaunchDarkly-Tags`. */
  tell(tags: string): Promise<void>;
  /** Lets milliseconds pass. */
  pass(ms: number): Promise<void>;
  /** The token of an admin who is not the owner. */
  readonly admin: string;
}

/** One operation, and who may do it; everybody else has to get 403. */
export interface Row {
  readonly name: string;
  readonly may: readonly Role[];
  /** Makes what this row alone needs. @returns its id */
  readonly given?: (fixture: Fixture) => Promise<string>;
  readonly request: (fixture: Fixture, id: string) => Omit<TestRequest, 'token'>;
  /** Of what changes nothing that the audit log tells of. */
  readonly leavesNoEntry?: true;
  /** Of what is the caller's own, and so nothing for service tokens: everybody asks with a personal token. */
  readonly isPersonal?: true;
  /** Of changes of many things: denials of single ones stand in an answer of status 200. */
  readonly isBulk?: true;
}

export const semantic = (environmentKey: string, ...instructions: readonly object[]) => ({
  method: 'PATCH' as const,
  headers: SEMANTIC,
  body: { environmentKey, instructions },
});

export const json = (path: string, value: unknown) => ({
  method: 'PATCH' as const,
  body: [{ op: 'replace', path, value }],
});

export const flagPath = ({ project, flag }: Fixture) => `flags/${project}/${flag}`;

/** Where things of the flag in `test` are. */
export const inTest = ({ project, flag }: Fixture, ...more: readonly string[]) =>
  ['projects', project, 'flags', flag, 'environments', 'test', ...more].join('/');

/** A form with one file. */
export const upload = (text: string) => ({
  headers: { 'content-type': 'multipart/form-data; boundary=x' },
  body: `--x\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n${text}\r\n--x--\r\n`,
});

/** A pipeline of one phase, in `test`. */
export function pipeline(key: string) {
  const configuration = { releaseStrategy: 'immediate-rollout', requireApproval: false };
  return {
    key,
    name: key,
    phases: [{ name: 'One', audiences: [{ name: 'All', environmentKey: 'test', configuration }] }],
  };
}

/** A time that is far away. */
export const LATER = 4_000_000_000_000;

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { GIVEN_ROLES } from './domain/access/member.ts';
import type { OidcSettings } from './rest/internal/oidc.ts';
import { readSecretFiles } from './secret-files.ts';
import type { TlsFiles } from './tls.ts';
import { readTracingSettings, type TracingSettings } from './tracing/settings.ts';

/** Everything an operator can set. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** `sqlite:<path>` or `postgres://…`. */
  readonly databaseUrl: string;
  readonly accessToken: string | undefined;
  readonly adminEmail: string;
  readonly adminPassword: string | undefined;
  /** Where people and SDKs reach the service, when that is not where it listens. */
  readonly baseUrl: string | undefined;
  /** What to serve https with; plain http without. */
  readonly tls: TlsFiles | undefined;
  readonly logLevel: LogLevel;
  /** Most flags that a project may have. */
  readonly flagsPerProject: number;
  /** Most contexts, and most context instances, that are remembered in an environment. */
  readonly contextsPerEnvironment: number;
  /** Days that a context is remembered that is not seen any more; 0 for ever. */
  readonly contextDays: number;
  /** About how long a stream to an SDK lasts, in minutes; 0 for ever. */
  readonly streamMinutes: number;
  /** Longest wait for an answer of PostgreSQL, in milliseconds. */
  readonly databaseWaitMs: number;
  /** Days that the audit log is kept; 0 for ever. */
  readonly auditLogDays: number;
  /** Days that counts of evaluations are kept; 0 for ever. */
  readonly evaluationDays: number;
  /** Whether webhooks may go to addresses of this machine and network. */
  readonly allowsPrivateWebhooks: boolean;
  /** Requests of the management API, and events of SDKs, in ten seconds; 0 for any number. */
  readonly rateLimits: {
    readonly global: number;
    readonly route: number;
    readonly failures: number;
    readonly events: number;
  };
  /** The OpenID provider that people may sign in with. */
  readonly oidc: OidcSettings | undefined;
  /** The server that sends mails; they go to the log without one. */
  readonly smtpUrl: string | undefined;
  /** What mails say they are from. */
  readonly mailFrom: string;
  /** Whether and how traces are collected. */
  readonly tracing: TracingSettings | undefined;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting: its default, how its text is read, and the sentence that `--help` and the README show. */
interface Setting<T> {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly meaning: string;
  /** Returns the value, or what would have been expected. */
  read(text: string): { readonly value: T } | { readonly expected: string };
}

/** A bad configuration: one line for each bad value. */
export class ConfigError extends Error {}

const check =
  (accepts: (text: string) => boolean, expected: string) =>
  (text: string): { readonly value: string } | { readonly expected: string } =>
    accepts(text) ? { value: text } : { expected };

function wholeNumber(least: number, most: number) {
  return (text: string): { readonly value: number } | { readonly expected: string } =>
    /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? { value: Number(text) }
      : { expected: `a whole number from ${least} to ${most}` };
}

const SETTINGS = {
  port: {
    name: 'PORT',
    fallback: '4300',
    meaning: 'Port to listen on; 0 takes any free one',
    read: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) <= 65535
        ? { value: Number(text) }
        : { expected: 'a port from 0 to 65535' },
  } satisfies Setting<number>,
  host: {
    name: 'HOST',
    fallback: '127.0.0.1',
    meaning: 'Address to listen on; 0.0.0.0 for all',
    read: check((text) => /^[\w.:-]+$/.test(text), 'an IP address or host name'),
  } satisfies Setting<string>,
  databaseUrl: {
    name: 'DATABASE_URL',
    fallback: 'sqlite:./data/slipway.db',
    meaning: 'Where data is kept: sqlite:<path> for one process, postgres://… for any number of them',
    read: check(
      (text) => /^sqlite:.+/.test(text) || isUrl(text, ['postgres:', 'postgresql:']),
      'sqlite:<path> or postgres://user@host/database',
    ),
  } satisfies Setting<string>,
  accessToken: {
    name: 'SLIPWAY_ACCESS_TOKEN',
    fallback: undefined,
    meaning: "The owner's API token at the first start; made up and printed once when absent",
    read: check((text) => /^api-[\w-]{16,}$/.test(text), 'api- and at least 16 letters, digits, - or _'),
  } satisfies Setting<string>,
  adminEmail: {
    name: 'SLIPWAY_ADMIN_EMAIL',
    fallback: 'owner@localhost',
    meaning: "The owner's address at the first start",
    read: check((text) => /^[^\s@]+@[^\s@]+$/.test(text), 'an e-mail address'),
  } satisfies Setting<string>,
  adminPassword: {
    name: 'SLIPWAY_ADMIN_PASSWORD',
    fallback: undefined,
    meaning: "The owner's password at the first start; made up and printed once when absent",
    read: check((text) => text.length >= 8, 'at least 8 characters'),
  } satisfies Setting<string>,
  baseUrl: {
    name: 'SLIPWAY_BASE_URL',
    fallback: undefined,
    meaning: 'Where people and SDKs reach the service, when that is not http://HOST:PORT',
    read: check((text) => isUrl(text, ['http:', 'https:']), 'an absolute http or https URL'),
  } satisfies Setting<string>,
  tlsCert: {
    name: 'SLIPWAY_TLS_CERT',
    fallback: undefined,
    meaning: 'A file with the certificate to serve https with, as PEM, those between it and the authority behind it',
    read: (text) => ({ value: text }),
  } satisfies Setting<string>,
  tlsKey: {
    name: 'SLIPWAY_TLS_KEY',
    fallback: undefined,
    meaning: 'A file with its key, as PEM',
    read: (text) => ({ value: text }),
  } satisfies Setting<string>,
  logLevel: {
    name: 'LOG_LEVEL',
    fallback: 'info',
    meaning: `How much to log: ${LOG_LEVELS.join(', ')}`,
    read: (text) => {
      const value = LOG_LEVELS.find((level) => level === text);
      return value ? { value } : { expected: `one of ${LOG_LEVELS.join(', ')}` };
    },
  } satisfies Setting<LogLevel>,
  flagsPerProject: {
    name: 'SLIPWAY_FLAGS_PER_PROJECT',
    fallback: '5000',
    meaning: 'Most flags that a project may have, archived ones included',
    read: wholeNumber(1, 9_999_999),
  } satisfies Setting<number>,
  contextsPerEnvironment: {
    name: 'SLIPWAY_CONTEXTS_PER_ENVIRONMENT',
    fallback: '100000',
    meaning: 'Most contexts, and most context instances, that are remembered in an environment',
    read: wholeNumber(1, 9_999_999),
  } satisfies Setting<number>,
  contextDays: {
    name: 'SLIPWAY_CONTEXT_DAYS',
    fallback: '30',
    meaning: 'Days after which a context is forgotten that is not seen any more; 0 remembers them for ever',
    read: wholeNumber(0, 36_500),
  } satisfies Setting<number>,
  streamMinutes: {
    name: 'SLIPWAY_STREAM_MINUTES',
    fallback: '30',
    meaning:
      'Minutes, more or less, after which streams to SDKs begin anew, so that they spread over processes; 0 for never',
    read: wholeNumber(0, 10_080),
  } satisfies Setting<number>,
  databaseSeconds: {
    name: 'SLIPWAY_DATABASE_SECONDS',
    fallback: '20',
    meaning: 'Longest wait for an answer of PostgreSQL, in seconds; a quarter of it for a connection',
    read: wholeNumber(1, 3_600),
  } satisfies Setting<number>,
  auditLogDays: {
    name: 'SLIPWAY_AUDIT_LOG_DAYS',
    fallback: '0',
    meaning: 'Days after which entries of the audit log are deleted; 0 keeps them for ever',
    read: wholeNumber(0, 36_500),
  } satisfies Setting<number>,
  evaluationDays: {
    name: 'SLIPWAY_EVALUATION_DAYS',
    fallback: '60',
    meaning: 'Days after which counts of evaluations, and what evaluated flags, are deleted; 0 keeps them for ever',
    read: wholeNumber(0, 36_500),
  } satisfies Setting<number>,
  rateLimitGlobal: {
    name: 'SLIPWAY_RATE_LIMIT_GLOBAL',
    fallback: '1000',
    meaning: 'Requests of the management API that a token may send in ten seconds; 0 for any number',
    read: wholeNumber(0, 9_999_999),
  } satisfies Setting<number>,
  rateLimitRoute: {
    name: 'SLIPWAY_RATE_LIMIT_ROUTE',
    fallback: '500',
    meaning: 'The same, to one route',
    read: wholeNumber(0, 9_999_999),
  } satisfies Setting<number>,
  rateLimitFailures: {
    name: 'SLIPWAY_RATE_LIMIT_FAILURES',
    fallback: '100',
    meaning: 'Requests with a wrong credential that an address may send in ten seconds; 0 for any number',
    read: wholeNumber(0, 9_999_999),
  } satisfies Setting<number>,
  rateLimitEvents: {
    name: 'SLIPWAY_RATE_LIMIT_EVENTS',
    fallback: '1000000',
    meaning: 'Events that the SDKs of an environment may send in ten seconds; 0 for any number',
    read: wholeNumber(0, 999_999_999),
  } satisfies Setting<number>,
  allowsPrivateWebhooks: {
    name: 'SLIPWAY_ALLOW_PRIVATE_WEBHOOKS',
    fallback: 'false',
    meaning: 'Whether webhooks may go to addresses of this machine and its network: true or false',
    read: (text) => (text === 'true' || text === 'false' ? { value: text === 'true' } : { expected: 'true or false' }),
  } satisfies Setting<boolean>,
  oidcIssuer: {
    name: 'SLIPWAY_OIDC_ISSUER',
    fallback: undefined,
    meaning: 'The OpenID provider that people may sign in with; its redirect URI is BASE_URL/internal/oidc/callback',
    read: check(
      (text) => isUrl(text, ['https:']) || (isUrl(text, ['http:']) && LOOPBACK.has(new URL(text).hostname)),
      'an https URL, or an http URL of this machine',
    ),
  } satisfies Setting<string>,
  oidcClientId: {
    name: 'SLIPWAY_OIDC_CLIENT_ID',
    fallback: undefined,
    meaning: 'The name of this service at the provider',
    read: (text) => ({ value: text }),
  } satisfies Setting<string>,
  oidcClientSecret: {
    name: 'SLIPWAY_OIDC_CLIENT_SECRET',
    fallback: undefined,
    meaning: 'Its password there',
    read: (text) => ({ value: text }),
  } satisfies Setting<string>,
  oidcRoleClaim: {
    name: 'SLIPWAY_OIDC_ROLE_CLAIM',
    fallback: 'groups',
    meaning: 'The claim of the provider that SLIPWAY_OIDC_ROLES is about',
    read: (text) => ({ value: text }),
  } satisfies Setting<string>,
  oidcRoles: {
    name: 'SLIPWAY_OIDC_ROLES',
    fallback: undefined,
    meaning: 'Roles by values of the claim, such as platform=admin,dev=writer,qa=my-custom-role; set at every sign-in',
    read: (text) => {
      const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
      return pairs.every(([value = '', role = '', ...more]) => value !== '' && role !== '' && more.length === 0)
        ? { value: new Map(pairs.map(([value = '', role = '']) => [value, role])) }
        : { expected: 'a comma list of value=role' };
    },
  } satisfies Setting<ReadonlyMap<string, string>>,
  oidcDefaultRole: {
    name: 'SLIPWAY_OIDC_DEFAULT_ROLE',
    fallback: undefined,
    meaning: `The role of those whom no claim gives one: ${GIVEN_ROLES.join(', ')}; they are turned away when absent`,
    read: (text) => {
      const value = GIVEN_ROLES.find((role) => role === text);
      return value ? { value } : { expected: `one of ${GIVEN_ROLES.join(', ')}` };
    },
  } satisfies Setting<(typeof GIVEN_ROLES)[number]>,
  smtpUrl: {
    name: 'SLIPWAY_SMTP_URL',
    fallback: undefined,
    meaning: 'The server that sends mails, smtp://… or smtps://…; without one they are written to the log',
    read: check((text) => isUrl(text, ['smtp:', 'smtps:']), 'smtp://user:password@host:port or smtps://…'),
  } satisfies Setting<string>,
  mailFrom: {
    name: 'SLIPWAY_MAIL_FROM',
    fallback: 'Slipway <slipway@localhost>',
    meaning: 'What mails say they are from',
    read: check(
      (text) => /^([^<>@\r\n]+ <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(text),
      'an e-mail address, or a name and an address as in Slipway <flags@example.com>',
    ),
  } satisfies Setting<string>,
} as const;

/** Hosts of this machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Secrets are never repeated in messages. */
const SECRETS: ReadonlySet<string> = new Set([
  'SLIPWAY_ACCESS_TOKEN',
  'SLIPWAY_ADMIN_PASSWORD',
  'SLIPWAY_SMTP_URL',
  'SLIPWAY_OIDC_CLIENT_SECRET',
  'DATABASE_URL',
]);

/**
 * Reads the configuration from environment variables, and secrets from files that variables name. An empty variable
 * counts as absent.
 * @throws ConfigError naming every bad variable, its value unless it is secret, and what was expected
 */
export function readConfig(variables: Environment): Config {
  const { environment, problems: problemsOfFiles } = readSecretFiles(variables, SECRETS);
  const problems: string[] = [...problemsOfFiles];
  const read = <T>(setting: Setting<T>): T | undefined => {
    const text = environment[setting.name] || setting.fallback;
    if (text === undefined) return undefined;
    const result = setting.read(text);
    if ('value' in result) return result.value;
    const shown = SECRETS.has(setting.name) ? 'another value' : JSON.stringify(text);
    problems.push(`${setting.name}: expected ${result.expected}, got ${shown}`);
    return undefined;
  };
  /** Whether settings are there that only make sense together. */
  const areTogether = (settings: readonly { readonly name: string }[], family: string): boolean => {
    const missing = settings.filter(({ name }) => !environment[name]);
    if (missing.length === settings.length) return false;
    for (const { name } of missing) problems.push(`${name}: expected a value, since others of ${family} are set`);
    return true;
  };
  const readTls = (): Config['tls'] => {
    const given = [SETTINGS.tlsCert, SETTINGS.tlsKey];
    const [certFile = '', keyFile = ''] = given.map(read);
    return areTogether(given, 'SLIPWAY_TLS_…') ? { certFile, keyFile } : undefined;
  };
  const readOidc = (): Config['oidc'] => {
    const given = [SETTINGS.oidcIssuer, SETTINGS.oidcClientId, SETTINGS.oidcClientSecret];
    const [issuer, clientId, clientSecret] = given.map(read);
    const details = {
      roleClaim: read(SETTINGS.oidcRoleClaim) ?? '',
      roles: read(SETTINGS.oidcRoles) ?? new Map<string, string>(),
      defaultRole: read(SETTINGS.oidcDefaultRole),
    };
    if (!areTogether(given, 'SLIPWAY_OIDC_…')) return undefined;
    return { issuer: issuer ?? '', clientId: clientId ?? '', clientSecret: clientSecret ?? '', ...details };
  };
  const config: Config = {
    port: read(SETTINGS.port) ?? 0,
    host: read(SETTINGS.host) ?? '',
    databaseUrl: read(SETTINGS.databaseUrl) ?? '',
    accessToken: read(SETTINGS.accessToken),
    adminEmail: read(SETTINGS.adminEmail) ?? '',
    adminPassword: read(SETTINGS.adminPassword),
    baseUrl: read(SETTINGS.baseUrl),
    tls: readTls(),
    logLevel: read(SETTINGS.logLevel) ?? 'info',
    flagsPerProject: read(SETTINGS.flagsPerProject) ?? 0,
    contextsPerEnvironment: read(SETTINGS.contextsPerEnvironment) ?? 0,
    contextDays: read(SETTINGS.contextDays) ?? 0,
    streamMinutes: read(SETTINGS.streamMinutes) ?? 0,
    databaseWaitMs: 1_000 * (read(SETTINGS.databaseSeconds) ?? 0),
    auditLogDays: read(SETTINGS.auditLogDays) ?? 0,
    evaluationDays: read(SETTINGS.evaluationDays) ?? 0,
    allowsPrivateWebhooks: read(SETTINGS.allowsPrivateWebhooks) ?? false,
    rateLimits: {
      global: read(SETTINGS.rateLimitGlobal) ?? 0,
      route: read(SETTINGS.rateLimitRoute) ?? 0,
      failures: read(SETTINGS.rateLimitFailures) ?? 0,
      events: read(SETTINGS.rateLimitEvents) ?? 0,
    },
    oidc: readOidc(),
    smtpUrl: read(SETTINGS.smtpUrl),
    mailFrom: read(SETTINGS.mailFrom) ?? '',
    tracing: readTracingSettings(environment, problems),
  };
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

/** Where people reach the service, without a slash at the end. */
export function publicUrl({ baseUrl, host, port, tls }: Pick<Config, 'baseUrl' | 'host' | 'port' | 'tls'>): string {
  const address = host.includes(':') ? `[${host}]` : host;
  return baseUrl?.replace(/\/+$/, '') ?? `${tls ? 'https' : 'http'}://${address}:${port}`;
}

/** The variables of this process over those of the file `.env` in the working directory, if there is one. */
export function processEnvironment(): Environment {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return { ...file, ...process.env };
}

/** The settings as lines of help. */
export function describeSettings(): string {
  const lines = Object.values(SETTINGS).map(
    ({ name, fallback, meaning }) => `  ${name.padEnd(34)}${meaning}${fallback === undefined ? '' : ` (${fallback})`}`,
  );
  const files = `  NAME_FILE${' '.repeat(25)}A file with the value of NAME: ${[...SECRETS].join(', ')}`;
  return [...lines, files].join('\n');
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

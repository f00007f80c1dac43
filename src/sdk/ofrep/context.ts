import { type Context, parseContext } from '../../domain/evaluation/context.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { parseJson } from '../http.ts';
import { canBeKept, type Members, membersOf } from '../members.ts';

/** A request that cannot be evaluated, in the words of OFREP. */
export class OfrepError extends Error {
  readonly errorCode: 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'TARGETING_KEY_MISSING';

  constructor(errorCode: OfrepError['errorCode'], message: string) {
    super(message);
    this.errorCode = errorCode;
  }
}

/** Reads the context of a request as OpenFeature writes it (docs/wire/ofrep.md, "Contexts"). @throws OfrepError */
export function readOfrepContext(body: unknown): Context {
  const request = Buffer.isBuffer(body) ? parseJson(body.toString()) : {};
  if (!isObject(request) || !canBeKept(request)) {
    throw new OfrepError('PARSE_ERROR', 'body: expected a JSON object of at most 100 levels with a context');
  }
  const context = request['context'] ?? {};
  if (!isObject(context)) throw new OfrepError('INVALID_CONTEXT', `context: expected an object, got ${show(context)}`);
  const { kind = 'user', ...members } = context;
  try {
    return parseContext(
      kind === 'multi' ? { kind, ...eachSingle(members) } : { kind, ...toSingle(members, 'context') },
    );
  } catch (error) {
    if (error instanceof InvalidRequest) throw new OfrepError('INVALID_CONTEXT', error.message);
    throw error;
  }
}

function eachSingle(members: Members): Members {
  const singles = Object.entries(members).filter(([, member]) => isObject(member));
  return Object.fromEntries(singles.map(([kind, member]) => [kind, toSingle(membersOf(member), `context.${kind}`)]));
}

/** What is private in events does not concern evaluation. */
function toSingle({ targetingKey, key, privateAttributes: _privates, ...attributes }: Members, at: string): Members {
  const meant = targetingKey ?? key;
  if (meant === undefined || meant === null || meant === '') {
    throw new OfrepError('TARGETING_KEY_MISSING', `${at}.targetingKey: expected a text that is not empty`);
  }
  return { ...attributes, key: meant };
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

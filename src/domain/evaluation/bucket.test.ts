import { describe, expect, it } from 'vitest';
import { compileBucket } from './bucket.ts';
import { parseContext } from './context.ts';

const user = (key: string, attr1?: unknown) => ({ kind: 'user', key, attr1 });
const both = { kind: 'multi', user: { key: 'alice' }, org: { key: 'acme', tier: { name: 'gold' } } };

/** Made by official SDKs. */
const VECTORS: readonly [
  context: object,
  prefix: string,
  bucketBy: string | undefined,
  kind: string,
  bucket: number,
][] = [
  [user('userKeyA'), 'hashKey.saltyA', undefined, 'user', 0.4215758743392494],
  [user('userKeyB'), 'hashKey.saltyA', undefined, 'user', 0.6708484965703435],
  [user('userKeyC'), 'hashKey.saltyA', undefined, 'user', 0.1034310617276969],
  [user('userKeyA'), '61', undefined, 'user', 0.0980120652476667],
  [user('userKeyB'), '61', undefined, 'user', 0.1448377737757314],
  [user('userKeyC'), '61', undefined, 'user', 0.9242640945125551],
  [user('u', 33333), 'hashKey.saltyA', 'attr1', 'user', 0.5477142345861467],
  [user('u', '99999'), 'hashKey.saltyA', 'attr1', 'user', 0.7309657969146673],
  [user('u', 33.5), 'hashKey.saltyA', 'attr1', 'user', 0],
  [user('u', true), 'hashKey.saltyA', 'attr1', 'user', 0],
  [user('u'), 'hashKey.saltyA', 'attr1', 'user', 0],
  [user('alice'), 'my-flag.', undefined, 'user', 0.6830948392309492],
  [user('alice'), 'my-flag.6b2c', undefined, 'user', 0.27473545474669675],
  [user('alice'), 'my-flag.6b2c', '', 'user', 0.27473545474669675],
  [user('bob@example.com'), 'my-flag.6b2c', undefined, 'user', 0.048032795798879625],
  [both, 'my-flag.6b2c', undefined, 'org', 0.009152812564745075],
  [both, 'my-flag.6b2c', '/tier/name', 'org', 0.3239637572583531],
  [user('ünï-✓-😀'), 'my-flag.6b2c', undefined, 'user', 0.4189661885962351],
  [user('alice'), '-7', undefined, 'user', 0.6879484381605789],
  [user('u', ''), 'my-flag.6b2c', 'attr1', 'user', 0.7709811628045676],
  [user('alice'), 'beta-segment.ss1', undefined, 'user', 0.5410062317222153],
];

describe('compileBucket', () => {
  it.each(VECTORS)('puts %j with %s by %s of %s at %d', (context, prefix, bucketBy, contextKind, expected) => {
    expect(compileBucket({ contextKind, bucketBy, prefix })(parseContext(context))).toBeCloseTo(expected, 14);
  });

  it('takes large whole numbers digit by digit', () => {
    const [number, text] = [1e21, '1000000000000000000000'].map((value) =>
      compileBucket({ contextKind: 'user', bucketBy: 'attr1', prefix: 'a.b' })(parseContext(user('u', value))),
    );
    expect(number).toBe(text);
  });

  it('tells of kinds that are missing and references that lead nowhere', () => {
    const context = parseContext(user('alice'));
    expect(compileBucket({ contextKind: 'org', prefix: 'a.b' })(context)).toBe('missing');
    expect(compileBucket({ contextKind: 'user', bucketBy: '//', prefix: 'a.b' })(context)).toBe('malformed');
  });
});

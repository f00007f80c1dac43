import fc from 'fast-check';

/* What nobody sends on purpose. */

const KNOWN_TO_JAVASCRIPT = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** Texts for keys, names, filters and the like. */
export const ODD_TEXT = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '../..',
    '/',
    '\\',
    '%',
    '%00',
    '%zz',
    '*',
    '-',
    '0',
    '-1',
    '1e400',
    'NaN',
    'null',
  ),
  fc.constantFrom(...KNOWN_TO_JAVASCRIPT),
  fc.constantFrom('\0', 'a\0b', '\ud800', '\u202e', 'Größe 👍', 'i\u0307', '\ufeff', '\u2028', '\r\nX-Injected: 1'),
  fc.constantFrom("' or 1=1 --", '"; drop table flags; --', '${7*7}', '<script>alert(1)</script>', '{{x}}', '$ne'),
  fc.constantFrom('k'.repeat(256), 'k'.repeat(257), 'ü'.repeat(256), 'k'.repeat(5_000)),
  fc.constantFrom(
    '9007199254740993',
    '18446744073709551616',
    '-9223372036854775809',
    '0x10',
    '2026-01-01T00:00:00Z',
    'true',
    'a,b',
    'a:b',
    'query:x,tags:a+b',
    '((((((((((',
    '(a+)+$',
    'a '.repeat(1_500),
    'and '.repeat(800),
    ' '.repeat(3_000),
    '-'.repeat(3_000),
    'x@'.repeat(1_500),
    '.1'.repeat(1_500),
    `${'('.repeat(1_000)}x`,
    'a'.repeat(40) + '!',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 30 }),
);

const ODD_NUMBER = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 1e21, 1e308, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, -(2 ** 63), 4e12, 1e16),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

function nested(depth: number): unknown {
  return depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };
}

/** Any JSON value. */
export const ODD_VALUE: fc.Arbitrary<unknown> = fc.oneof(
  ODD_TEXT,
  ODD_NUMBER,
  fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { a: null }, [{}], nested(60), nested(300)),
  fc.constant(Array.from({ length: 2_000 }, (_, index) => index)),
  fc.constant(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`member${index}`, index]))),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values of headers; only what a client can put on the wire. */
export const ODD_HEADER = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    ',',
    ';',
    '*',
    'x',
    '../..',
    '%00',
    'null',
    '1e400',
    '\xff\xfe',
    'a'.repeat(4_000),
    'gzip, br',
  ),
  fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?')),
);

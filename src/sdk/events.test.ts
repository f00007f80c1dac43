import { describe, expect, it } from 'vitest';
import { countEvents, parseEvents } from './events.ts';

describe('countEvents', () => {
  it.each([
    ['an empty batch', '[]', []],
    [
      'events of several kinds',
      '[{"kind":"summary"},{"kind":"index"},{"kind":"index"}]',
      [
        ['summary', 1],
        ['index', 2],
      ],
    ],
    ['a lone diagnostic object', '{"kind":"diagnostic-init"}', [['diagnostic-init', 1]]],
    ['unknown kinds and none at all as other', '[{"kind":"relayMetrics"},{},{"kind":7}]', [['other', 3]]],
  ])('counts %s', (_name, body, counts) => {
    expect([...countEvents(parseEvents(Buffer.from(body)))]).toEqual(counts);
  });

  it.each([
    ['no JSON', '{', 'body: expected a JSON array of events'],
    ['anything but objects', '[{"kind":"index"},null]', '[1]: expected an event object, got null'],
  ])('refuses %s', (_name, body, message) => {
    expect(() => parseEvents(Buffer.from(body))).toThrow(message);
  });
});

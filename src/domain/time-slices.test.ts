import { describe, expect, it } from 'vitest';
import { granularityOf, isTimeZone, sliceStarts } from './time-slices.ts';

const HOUR = 60 * 60 * 1000;
const at = (text: string) => Date.parse(text);
const texts = (times: readonly number[]) => times.map((time) => new Date(time).toISOString().replace(':00.000Z', 'Z'));

describe('granularityOf', () => {
  const now = at('2026-01-05T09:00Z');
  it.each([
    [0, 'minute'],
    [2 * HOUR, 'minute'],
    [2 * HOUR + 1, 'hour'],
    [48 * HOUR, 'hour'],
    [48 * HOUR + 1, 'day'],
  ])('is for %i ms ago by the %s', (age, granularity) => {
    expect(granularityOf(now - age, now)).toBe(granularity);
  });
});

describe('sliceStarts', () => {
  const starts = (granularity: 'minute' | 'hour' | 'day', from: string, to: string, timeZone = 'UTC') =>
    texts(sliceStarts({ from: at(from), to: at(to), granularity, timeZone }));

  it('cuts minutes and hours, which no time zone moves', () => {
    expect(starts('minute', '2026-01-05T09:00:59Z', '2026-01-05T09:02Z', 'Asia/Tokyo')).toEqual([
      '2026-01-05T09:00Z',
      '2026-01-05T09:01Z',
      '2026-01-05T09:02Z',
    ]);
    expect(starts('hour', '2026-01-05T09:30Z', '2026-01-05T10:59Z', 'Asia/Kolkata')).toEqual([
      '2026-01-05T09:00Z',
      '2026-01-05T10:00Z',
    ]);
  });

  it.each([
    ['UTC', '2026-01-05T09:00Z', '2026-01-06T00:00Z', ['2026-01-05T00:00Z', '2026-01-06T00:00Z']],
    ['Asia/Kolkata', '2026-01-05T18:29Z', '2026-01-05T18:30Z', ['2026-01-04T18:30Z', '2026-01-05T18:30Z']],
    [
      'days of 23 hours in Europe/Berlin',
      '2026-03-28T12:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ],
    [
      'days of 25 hours in America/New_York',
      '2026-11-01T23:00Z',
      '2026-11-02T05:00Z',
      ['2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ],
    [
      'a day without midnight in America/Sao_Paulo',
      '2018-11-03T12:00Z',
      '2018-11-05T12:00Z',
      ['2018-11-03T03:00Z', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ],
  ])('cuts days: %s', (name, from, to, expected) => {
    expect(starts('day', from, to, name.split(' ').at(-1))).toEqual(expected);
  });

  it('has none when the end is before the beginning', () => {
    expect(starts('hour', '2026-01-05T09:30Z', '2026-01-05T09:29Z')).toEqual([]);
  });
});

describe('isTimeZone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Nowhere/Else', false],
    ['', false],
  ])('says of %s: %s', (name, isKnown) => {
    expect(isTimeZone(name)).toBe(isKnown);
  });
});

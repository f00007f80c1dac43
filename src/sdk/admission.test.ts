import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';

describe('Admission', () => {
  it('lets so many in, has so many wait in turn, and sends the rest away', async () => {
    const admission = new Admission(2, 2);
    const order: string[] = [];
    const enter = async (name: string) => {
      const leave = await admission.enter(7);
      order.push(name);
      return leave;
    };
    const [first, second] = await Promise.all([enter('a'), enter('b')]);
    const third = enter('c');
    const fourth = enter('d');
    expect(admission.waiting).toBe(2);
    await expect(enter('e')).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 7 });
    expect(order).toEqual(['a', 'b']);
    second();
    await third;
    expect(order).toEqual(['a', 'b', 'c']);
    first();
    (await fourth)();
    (await third)();
    expect(admission.waiting).toBe(0);
    expect(await Promise.all([enter('f'), enter('g')])).toHaveLength(2);
  });

  it('counts the end of a turn once', async () => {
    const admission = new Admission(1, 1);
    const leave = await admission.enter(1);
    leave();
    leave();
    await admission.enter(1);
    const next = admission.enter(1);
    expect(admission.waiting).toBe(1);
    await expect(admission.enter(1)).rejects.toThrow('Too many');
    void next;
  });
});

import { expect, it } from 'vitest';
import type { FlagConfigRep, FlagRep } from '../../../wire/rest/flag.ts';
import { toDraft } from './draft.ts';

it('adds up the shares of a variation that is in a measured rollout twice', () => {
  const flag = { variations: [{ _id: 'yes' }, { _id: 'no' }] } as unknown as FlagRep;
  const part = (variation: number, weight: number) => ({ variation, weight });
  const rollout = { contextKind: 'user', variations: [part(0, 10_000), part(1, 10_000), part(1, 80_000)] };
  const config = { on: true, fallthrough: { rollout } } as unknown as FlagConfigRep;
  expect(toDraft(flag, config, new Map()).fallthrough).toMatchObject({ weights: { yes: 10_000, no: 90_000 } });
});

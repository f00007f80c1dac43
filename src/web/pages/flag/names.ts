import type { FlagRep } from '../../../wire/rest/flag.ts';
import { variationLabel } from '../../ui/variation.tsx';
import type { Names } from './changes.ts';

/** How a flag and those that it needs call their variations. @param needed the prerequisites, by key */
export function namesOf(flag: FlagRep, needed: ReadonlyMap<string, FlagRep>): Names {
  return {
    variation: (id) => nameOf(flag, id),
    prerequisiteVariation: (key, id) => nameOf(needed.get(key), id),
    isMigration: flag._purpose === 'migration',
  };
}

function nameOf(flag: FlagRep | undefined, id: string): string {
  return variationLabel(flag?.variations.find(({ _id }) => _id === id) ?? { name: 'a variation' });
}

import { type Actor, personOf } from '../domain/access/actor.ts';
import type { Starter } from '../domain/release/release.ts';

/** Who an actor is for a release: a personal token acts for its member; a service token for itself. */
export function starterOf(actor: Actor): Starter {
  const person = personOf(actor);
  if (person) return { kind: 'member', id: person.id };
  if (actor.kind !== 'token') throw new Error('only people and their tokens move releases');
  return { kind: 'token', id: actor.tokenId };
}

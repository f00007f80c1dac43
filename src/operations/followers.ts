import type { Caller } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { getMember } from '../store/members.ts';
import { type Resource, resourceStore } from '../store/resources.ts';
import { accessIn } from './change-flag.ts';
import { type FlagPlace, loadScene, placeOf } from './flag-scene.ts';
import { type Deps, write } from './write.ts';

/** Somebody who wants to hear of changes of a flag in an environment; the key is the id of the member. */
export const followers = resourceStore<Resource>('follower', 'follower');

export interface Follow extends FlagPlace {
  readonly actor: Caller;
  readonly memberId: string;
}

/** Lets a member follow a flag; nobody needs a right to follow one oneself. @throws NotFound, Forbidden */
export async function follow(deps: Deps, request: Follow): Promise<void> {
  await changeFollower(deps, request, true);
}

/** @throws NotFound, Forbidden */
export async function unfollow(deps: Deps, request: Follow): Promise<void> {
  await changeFollower(deps, request, false);
}

async function changeFollower(deps: Deps, request: Follow, follows: boolean): Promise<void> {
  const { actor, memberId } = request;
  await write(deps, actor, async (write) => {
    const scene = await loadScene(write, request);
    const { email } = await getMember(write.tx, memberId);
    const { project, environments, environment, flag } = scene;
    const accesses = accessIn(project, environments, flag, environment.key, 'manageFlagFollowers');
    if (actor.member.id !== memberId) authorize(actor, accesses);
    const present = await followers.find(write.tx, placeOf(scene), memberId);
    if ((present !== undefined) === follows) return;
    if (present) await followers.delete(write.tx, present.id);
    else {
      const follower = { id: write.ids.objectId(), key: memberId, version: 1, createdAt: write.now };
      await followers.insert(write.tx, placeOf(scene), follower);
    }
    write.record({
      kind: 'flag',
      name: flag.name,
      projectId: project.id,
      accesses,
      titleVerb: follows ? 'added a follower of the flag' : 'removed a follower of the flag',
      description: [`${follows ? 'Added' : 'Removed'} the follower ${email}`],
    });
  });
}

import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import type { Environment } from '../domain/environment.ts';
import { requireFuture } from '../domain/time.ts';
import { getEnvironment, keepFormerSdkKey, saveEnvironment } from '../store/environments.ts';
import { getProject } from '../store/projects.ts';
import { type Deps, write } from './write.ts';

export interface ResetEnvironmentKey {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly which: 'sdk' | 'mobile';
  /** Unix milliseconds until which the former SDK key works on; it ends now when absent, as a mobile key always does. */
  readonly expiry?: number | undefined;
}

/** Gives an environment another SDK key or mobile key. @throws NotFound, InvalidRequest for a time that has passed, Forbidden */
export async function resetEnvironmentKey(deps: Deps, request: ResetEnvironmentKey): Promise<Environment> {
  const { actor, which, expiry } = request;
  return write(deps, actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const before = await getEnvironment(write.tx, project.id, request.environmentKey);
    const isSdkKey = which === 'sdk';
    const action = isSdkKey ? 'updateApiKey' : 'updateMobileKey';
    const accesses = accessesTo(specifier.environment(project, before), [action]);
    authorize(actor, accesses);
    requireFuture('expiry', expiry, write.now);
    const keys = isSdkKey ? { sdkKey: `sdk-${write.ids.uuid()}` } : { mobileKey: `mob-${write.ids.uuid()}` };
    const after = { ...before, ...keys, version: before.version + 1 };
    await saveEnvironment(write.tx, after);
    const lives = isSdkKey && expiry !== undefined;
    if (lives) await keepFormerSdkKey(write.tx, before, expiry);
    write.record({
      kind: 'environment',
      name: after.name,
      projectId: project.id,
      accesses,
      titleVerb: isSdkKey ? 'reset the SDK key of' : 'reset the mobile key of',
      description: [
        isSdkKey ? 'Reset the SDK key' : 'Reset the mobile key',
        ...(lives ? [`The former key works until ${new Date(expiry).toISOString()}`] : []),
      ],
    });
    return after;
  });
}

import { SEMANTIC, type TestApp } from './app.ts';

/** An environment, and what SDKs know it by. */
export interface ClientSide {
  readonly url: string;
  readonly id: string;
  readonly sdkKey: string;
  readonly mobileKey: string;
  /** Makes a flag that is on, with true and false, and that everybody sees unless told otherwise. */
  addFlag(key: string, sees?: { usingEnvironmentId: boolean; usingMobileKey: boolean }): Promise<void>;
  /** Changes a flag in the environment. */
  instruct(flagKey: string, ...instructions: readonly object[]): Promise<void>;
  /** Makes a segment with keys of users. */
  addSegment(key: string, included: readonly string[]): Promise<void>;
  /** Changes a segment. */
  instructSegment(key: string, ...instructions: readonly object[]): Promise<void>;
}

const EVERYBODY = { usingEnvironmentId: true, usingMobileKey: true };

/** Listens, and looks at the environment `production` of the default project. */
export async function clientSide(app: TestApp): Promise<ClientSide> {
  const url = await app.slipway.listen();
  const { body } = await app.call({ path: 'projects/default/environments/production' });
  const must = async (...[request]: Parameters<TestApp['call']>) => {
    const { status, body: answer } = await app.call(request);
    if (status >= 300) throw new Error(`${request.path}: ${status} ${JSON.stringify(answer)}`);
  };
  return {
    url,
    id: body._id,
    sdkKey: body.apiKey,
    mobileKey: body.mobileKey,
    addFlag: (key, clientSideAvailability = EVERYBODY) =>
      must({
        method: 'POST',
        path: 'flags/default',
        body: { key, name: key, clientSideAvailability, isFlagOn: true },
      }),
    instruct: (flagKey, ...instructions) =>
      must({
        method: 'PATCH',
        path: `flags/default/${flagKey}`,
        headers: SEMANTIC,
        body: { environmentKey: 'production', instructions },
      }),
    addSegment: async (key, values) => {
      await must({ method: 'POST', path: 'segments/default/production', body: { key, name: key } });
      await must({
        method: 'PATCH',
        path: `segments/default/production/${key}`,
        headers: SEMANTIC,
        body: { instructions: [{ kind: 'addIncludedTargets', contextKind: 'user', values }] },
      });
    },
    instructSegment: (key, ...instructions) =>
      must({
        method: 'PATCH',
        path: `segments/default/production/${key}`,
        headers: SEMANTIC,
        body: { instructions },
      }),
  };
}

/** A context as SDKs put it into paths. */
export const inPath = (context: unknown) => Buffer.from(JSON.stringify(context)).toString('base64url');

import { once } from 'node:events';
import { type Agent, request as httpRequest } from 'node:http';

const SEMANTIC = 'application/json; domain-model=launchdarkly.semanticpatch';

/** Sends one instruction for a flag in the environment `test`. @throws Error unless it is carried out */
export async function patchFlag(agent: Agent, url: string, token: string, kind: string): Promise<void> {
  const request = httpRequest(url, {
    method: 'PATCH',
    agent,
    headers: { authorization: token, 'content-type': SEMANTIC },
  });
  request.end(JSON.stringify({ environmentKey: 'test', instructions: [{ kind }] }));
  const [response] = await once(request, 'response');
  if (response.statusCode !== 200) throw new Error(`expected 200, got ${response.statusCode}`);
  response.resume();
  await once(response, 'end');
}

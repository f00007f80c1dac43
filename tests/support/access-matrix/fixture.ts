import { BETA, SEMANTIC } from '../headers.ts';
import { type Fixture, pipeline } from './row.ts';

/** Makes a project, a flag and whatever else rows stand on. @param number keeps it apart from those before */
export async function buildFixture(
  given: Pick<Fixture, 'send' | 'tell' | 'pass' | 'admin'>,
  number: number,
): Promise<Fixture> {
  const { send } = given;
  const made = (path: string, body: unknown, headers = {}) => send({ method: 'POST', path, body, headers });
  const project = `project-${number}`;
  const spare = `spare-${number}`;
  await made('projects', {
    key: project,
    name: project,
    environments: [
      { key: 'test', name: 'Test', color: '000000' },
      { key: 'production', name: 'Production', color: '000000', critical: true },
    ],
  });
  for (const key of ['standard', 'spare']) await made(`projects/${project}/release-pipelines`, pipeline(key), BETA);
  const flag = 'checkout-button';
  const { variations } = await made(`flags/${project}`, { key: flag, name: 'Checkout', tags: ['team-a'] });
  const variationIds = variations.map(({ _id }: { _id: string }) => _id);
  const headers = SEMANTIC;
  const target = { kind: 'addTargets', contextKind: 'user', variationId: variationIds[0], values: ['sam'] };
  const body = { environmentKey: 'test', instructions: [target] };
  await send({ method: 'PATCH', path: `flags/${project}/${flag}`, body, headers });
  await made('roles', { key: spare, name: spare, policy: [] });
  await made('teams', { key: spare, name: spare });
  const { items } = await made('members', [{ email: `${spare}@x.org`, role: 'reader' }]);
  const { _id: tokenId } = await made('tokens', { name: spare, role: 'reader', serviceToken: true });
  return { ...given, project, flag, variationIds, spare, memberId: items[0]._id, tokenId };
}

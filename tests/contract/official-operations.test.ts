import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OFFICIAL_ANSWERS } from '../support/official-answers.ts';
import { officialOperations, OPERATIONS_HEADING, operationsTables } from '../support/official-operations.ts';

describe('the official operations', () => {
  it('are found in the code of the client', () => {
    const operations = officialOperations();
    expect(operations.length).toBeGreaterThan(250);
    expect(operations).toContainEqual({
      group: 'Feature Flags',
      method: 'GET',
      path: '/flags/{}',
      name: 'getFeatureFlags',
    });
    expect(operations).toContainEqual({ group: 'Teams (beta)', method: 'PATCH', path: '/teams', name: 'patchTeams' });
  });

  it('are told of on a page of the documentation', async () => {
    const page = readFileSync(new URL('../../docs/endpoints.md', import.meta.url), 'utf8');
    const written = page.slice(0, page.indexOf(OPERATIONS_HEADING));
    await expect(written + operationsTables()).toMatchFileSnapshot('../../docs/endpoints.md');
  });

  it('are most of what the service has', () => {
    const official = new Set(officialOperations().map(({ method, path }) => `${method} ${path}`));
    const ours = Object.keys(OFFICIAL_ANSWERS).filter((route) => !official.has(route));
    expect(ours.toSorted()).toMatchInlineSnapshot(`
      [
        "DELETE /projects/{}/flags/{}/release",
        "DELETE /projects/{}/openfeature/v0/manifest/flags/{}",
        "DELETE /projects/{}/release-policies/{}",
        "GET /approval-requests/projects/{}/settings",
        "GET /auditlog.ndjson",
        "GET /members/me/notices",
        "GET /members/me/notices/{}",
        "GET /projects/{}/change-notices",
        "GET /projects/{}/environments/{}/automated-releases/recommended-duration",
        "GET /projects/{}/environments/{}/automated-releases/{}",
        "GET /projects/{}/environments/{}/automated-releases/{}/diagnostics",
        "GET /projects/{}/environments/{}/automated-releases/{}/looks",
        "GET /projects/{}/environments/{}/connected-sdks",
        "GET /projects/{}/flags/{}/automated-releases",
        "GET /projects/{}/flags/{}/environments/{}/automated-releases/{}/metric-results/{}",
        "GET /projects/{}/flags/{}/environments/{}/measured-rollouts/{}",
        "GET /projects/{}/flags/{}/measured-rollout-configuration",
        "GET /projects/{}/flags/{}/measured-rollouts",
        "GET /projects/{}/flags/{}/release",
        "GET /projects/{}/flags/{}/release/explain",
        "GET /projects/{}/openfeature/v0/manifest",
        "GET /projects/{}/release-policies",
        "GET /projects/{}/release-policies/{}",
        "GET /segments/{}/{}/{}/exports/{}/file",
        "GET /webhooks/{}/deliveries",
        "PATCH /approval-requests/projects/{}/settings",
        "PATCH /members/me/notices/{}",
        "PATCH /projects/{}/environments/{}/automated-releases/{}/metric-states/{}",
        "PATCH /projects/{}/flags/{}/release",
        "PATCH /projects/{}/release-pipelines/{}",
        "POST /auditlog/counts",
        "POST /members/me/notices/read",
        "POST /projects/{}/environments/{}/stop-signals",
        "POST /projects/{}/flags/{}/release/cancel",
        "POST /projects/{}/flags/{}/release/pause",
        "POST /projects/{}/flags/{}/release/resume",
        "POST /projects/{}/flags/{}/release/rollback",
        "POST /projects/{}/flags/{}/release/simulation",
        "POST /projects/{}/openfeature/v0/manifest/flags",
        "POST /projects/{}/release-policies",
        "POST /projects/{}/release-policies/order",
        "POST /projects/{}/releases/pause",
        "POST /webhooks/{}/test",
        "PUT /flags/{}/{}",
        "PUT /projects/{}/flags/{}/measured-rollout-configuration",
        "PUT /projects/{}/openfeature/v0/manifest/flags/{}",
        "PUT /projects/{}/release-policies/{}",
        "PUT /segments/{}/{}/{}",
      ]
    `);
  });
});

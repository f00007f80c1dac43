import { describe, expect, it } from 'vitest';
import { judgeAudit } from '../../scripts/audit.mjs';

const report = (severities: Readonly<Record<string, string>>) =>
  JSON.stringify({
    vulnerabilities: Object.fromEntries(
      Object.entries(severities).map(([name, severity]) => [name, { name, severity }]),
    ),
    metadata: { vulnerabilities: { total: Object.keys(severities).length } },
  });

describe('the audit of dependencies', () => {
  it('fails for serious holes, and names them', () => {
    expect(judgeAudit(report({ fastify: 'high', pg: 'low', pino: 'critical' }))).toEqual({
      text: 'Known holes in dependencies: fastify (high), pino (critical)',
      isFailure: true,
    });
  });

  it('passes without serious ones', () => {
    expect(judgeAudit(report({ pg: 'moderate' }))).toEqual({
      text: 'No serious hole is known in dependencies; lesser ones: 1',
      isFailure: false,
    });
  });

  it('says so when nobody answers, and does not fail', () => {
    const refused = JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405, error: {} });
    expect(judgeAudit(refused)).toEqual({
      text: 'Dependencies were not audited: 405 Method Not Allowed',
      isFailure: false,
    });
    expect(judgeAudit('').text).toBe('Dependencies were not audited: npm audit said nothing');
  });
});

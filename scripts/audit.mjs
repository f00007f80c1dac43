// @ts-check
/**
 * Asks the registry of npm whether a dependency of the service has a known hole, a high or a critical one. Exit code 1
 * when there is one; 0 when there is none, and when the registry does not answer: that is said, and is no fault of ours.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** @typedef {{ text: string, isFailure: boolean }} Verdict */

/** @param {string} report what `npm audit --json` printed @returns {Verdict} */
export function judgeAudit(report) {
  const { metadata, vulnerabilities = {}, message } = parse(report);
  const counts = metadata?.vulnerabilities;
  if (counts === undefined) {
    return { text: `Dependencies were not audited: ${message ?? 'npm audit said nothing'}`, isFailure: false };
  }
  const serious = Object.values(vulnerabilities).filter(({ severity }) => ['high', 'critical'].includes(severity));
  const names = serious.map(({ name, severity }) => `${name} (${severity})`).join(', ');
  if (serious.length > 0) return { text: `Known holes in dependencies: ${names}`, isFailure: true };
  return { text: `No serious hole is known in dependencies; lesser ones: ${counts.total}`, isFailure: false };
}

/**
 * @param {string} text
 * @returns {{ metadata?: { vulnerabilities?: { total: number } }, message?: string,
 *   vulnerabilities?: Record<string, { name: string, severity: string }> }}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], { encoding: 'utf8' });
  const { text, isFailure } = judgeAudit(stdout ?? '');
  console.log(text);
  process.exitCode = isFailure ? 1 : 0;
}

// @ts-check
/**
 * Prints `N passed, N failed` for a report of vitest's JSON reporter; the exit code is 1 when anything failed.
 * What fails without a failed test of its own counts as one failure: a file that could not be loaded, a set-up that
 * ended the run, a missing report.
 */
import { readFileSync } from 'node:fs';

/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult */

/** @param {string} path @returns {{ success: boolean, testResults: FileResult[] }} */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { success: false, testResults: [] }; // vitest ended before it could write the report
  }
}

const report = readReport(process.argv[2] ?? '');
let passed = 0;
let failed = 0;
for (const file of report.testResults) {
  const failedHere = file.assertionResults.filter((test) => test.status === 'failed').length;
  passed += file.assertionResults.filter((test) => test.status === 'passed').length;
  failed += failedHere === 0 && file.status === 'failed' ? 1 : failedHere;
}
if (failed === 0 && !report.success) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

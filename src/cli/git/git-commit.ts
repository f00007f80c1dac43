import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A comment for the audit log that names the commit a folder is at; undefined when it is in no git repository. */
export async function commentOf(dir: string): Promise<string | undefined> {
  const git = async (...args: readonly string[]) => (await run('git', ['-C', dir, ...args])).stdout.trim();
  try {
    const [commit, place] = [await git('rev-parse', '--short=12', 'HEAD'), await git('rev-parse', '--show-prefix')];
    const isChanged = (await git('status', '--porcelain', '--', '.')) !== '';
    const where = place === '' ? '' : ` (${place.replace(/\/$/, '')})`;
    return `Applied from ${commit}${where}${isChanged ? ', with changes that are not committed' : ''}`;
  } catch {
    return undefined;
  }
}

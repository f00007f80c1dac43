import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slipway } from '../support/cli.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'slipway-completion-'));
const scriptOf = (shell: string) => join(folder, `slipway.${shell}`);

/** Whether a shell is on this machine. */
const has = (shell: string) =>
  run(shell, ['-c', 'exit']).then(
    () => true,
    () => false,
  );
const shells = { zsh: await has('zsh'), fish: await has('fish') };

beforeAll(async () => {
  const scripts = await Promise.all(['bash', 'zsh', 'fish'].map((shell) => slipway({}, 'completion', shell)));
  for (const [index, shell] of ['bash', 'zsh', 'fish'].entries())
    writeFileSync(scriptOf(shell), scripts[index]?.stdout ?? '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers when Tab is pressed at the end of a line. */
async function offered(line: string): Promise<readonly string[]> {
  const words = line.split(' ');
  const program = `
    source ${scriptOf('bash')}
    [[ "$(complete -p slipway)" == *"-F _slipway slipway" ]] || exit 1
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=${words.length - 1}
    _slipway
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', program], { cwd: folder });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion of bash', () => {
  it('offers commands, and those below them', async () => {
    expect(await offered('slipway ')).toEqual(
      expect.arrayContaining(['start', 'backup', 'restore', 'flags', 'releases', 'token', 'completion', '--help']),
    );
    expect(await offered('slipway fl')).toEqual(['flags']);
    expect(await offered('slipway flags ')).toEqual(expect.arrayContaining(['list', 'get', 'create', 'toggle']));
    expect(await offered('slipway flags t')).toEqual(['toggle']);
  });

  it('offers the options of a command, also after its arguments', async () => {
    expect(await offered('slipway flags toggle my-flag --en')).toEqual(['--environment']);
    expect(await offered('slipway flags toggle my-flag --environment test --o')).toEqual(['--on', '--off']);
    expect(await offered('slipway restore --f')).toEqual(['--force']);
  });

  it('offers the choices of options and arguments', async () => {
    expect(await offered('slipway flags create x --kind ')).toEqual(['boolean', 'string', 'number', 'json']);
    expect(await offered('slipway flags create x --kind s')).toEqual(['string']);
    expect(await offered('slipway completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('offers files where anything may stand', async () => {
    writeFileSync(join(folder, 'my-backup.db'), '');
    expect(await offered('slipway restore my-b')).toEqual(['my-backup.db']);
  });
});

describe('completion of other shells', () => {
  it('has every command, with what it does', async () => {
    const { stdout: zsh } = await slipway({}, 'completion', 'zsh');
    expect(zsh).toMatch(/^#compdef slipway\n/);
    expect(zsh).toContain("'toggle:turn a flag on or off in an environment");
    const { stdout: fish } = await slipway({}, 'completion', 'fish');
    expect(fish).toContain("complete -c slipway -n '__slipway_at \\'flags toggle\\'' -l environment -r -d 'where'");
  });

  it.runIf(shells.zsh)('is read by zsh', async () => {
    const { stderr } = await run('zsh', ['-n', scriptOf('zsh')]);
    expect(stderr).toBe('');
  });

  it.runIf(shells.fish)('is read by fish, and offers commands', async () => {
    await run('fish', ['--no-execute', scriptOf('fish')]);
    const { stdout } = await run('fish', ['-c', `source ${scriptOf('fish')}; complete -C 'slipway flags t'`]);
    expect(stdout).toMatch(/^toggle\t/);
  });
});

describe('help', () => {
  it('names the choices when an argument is none of them', async () => {
    const { code, stderr } = await slipway({}, 'completion', 'tcsh');
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish');
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../tests/support/free-port.ts';

/** What stands before the processes. */
export interface Front {
  readonly url: string;
  stop(): Promise<void>;
}

const OPERATING = fileURLToPath(new URL('../docs/operating.md', import.meta.url));
const LOOK_AGAIN_MS = 50;

export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).status === 0;

/** Starts nginx before two processes, with the configuration that docs/operating.md shows. */
export async function startNginx(ports: readonly string[]): Promise<Front> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-nginx-'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, [...ports, String(port)]));
  const nginx = spawn('nginx', ['-p', folder, '-c', file, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.on('exit', () => nginx.kill('SIGTERM'));
  const ended = once(nginx, 'exit');
  await untilOpen(port);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      nginx.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** What is around the documented part on an ordinary machine, with everything inside of one folder. */
function configuration(folder: string, [first = '', second = '', own = '']: readonly string[]): string {
  const documented = /```nginx\n(.*?)```/s.exec(readFileSync(OPERATING, 'utf8'))?.[1];
  if (documented === undefined) throw new Error(`${OPERATING} has no configuration for nginx`);
  const site = documented
    .replace('127.0.0.1:4301', `127.0.0.1:${first}`)
    .replace('127.0.0.1:4302', `127.0.0.1:${second}`)
    .replace('listen 80;', `listen 127.0.0.1:${own};`);
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off;',
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    `pid ${folder}/nginx.pid;`,
    'events {}',
    'http {',
    'access_log off;',
    ...kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`),
    site,
    '}',
  ].join('\n');
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

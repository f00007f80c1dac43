// @ts-check
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const LEAST_MAJOR = 24;

/**
 * The Node binary to run the project with: the one pinned in package.json (optionalDependencies) where it exists for
 * this platform, otherwise the Node that runs this script if it is new enough. Ends the process when there is neither.
 * @returns {string} absolute path
 */
export function findNode() {
  const pinned = resolve('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= LEAST_MAJOR) return process.execPath;

  console.error(
    `Slipway needs Node ${LEAST_MAJOR} or newer; this is Node ${process.versions.node}, and no pinned Node is installed ` +
      `for ${process.platform}-${process.arch}. Install Node ${LEAST_MAJOR} from https://nodejs.org and run the command again.`,
  );
  process.exit(1);
}

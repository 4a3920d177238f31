// Where node-gyp is: npm brings one, so nobody has to install it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { variable } from '../../environment.js';
import { CommandError, exit } from '../command.js';

const script = 'node-gyp/bin/node-gyp.js';

function resolved(folder: string): string | null {
  try {
    return createRequire(join(folder, 'package.json')).resolve(script);
  } catch {
    return null;
  }
}

/** npm's own copy, given npm's folder. */
const within = (npm: string): string | null => {
  const path = join(npm, 'node_modules', script);
  return existsSync(path) ? path : null;
};

/** Where `npm install --global` puts things, asked of npm itself. */
function globalRoot(): string | null {
  const { status, stdout } = spawnSync('npm', ['root', '--global'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return status === 0 ? stdout.trim() : null;
}

/**
 * The path of node-gyp's script: the project's own, else npm's.
 *
 * @throws CommandError where there is none
 */
export function findNodeGyp(project: string, home: string): string {
  const npmScript = variable('npm_execpath');
  const prefix = dirname(process.execPath);
  const places = [
    () => resolved(project),
    () => resolved(home),
    // npm's script lies in its bin/ folder.
    () => (npmScript === undefined ? null : within(join(dirname(npmScript), '..'))),
    () => within(join(prefix, '../lib/node_modules/npm')),
    () => within(join(prefix, 'node_modules/npm')),
    () => {
      const root = globalRoot();
      return root === null ? null : (within(join(root, 'npm')) ?? resolved(join(root, 'node-gyp')));
    },
  ];
  for (const place of places) {
    const path = place();
    if (path !== null) return path;
  }
  throw new CommandError(
    exit.wrong,
    'there is no node-gyp, neither in the project nor with npm: `npm install --save-dev node-gyp`, then again',
  );
}

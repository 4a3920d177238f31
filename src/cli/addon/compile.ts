// Runs node-gyp, and says in a few lines why it failed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { variable } from '../../environment.js';
import { CommandError, exit } from '../command.js';

/** Most installations of Node bring its headers; then nothing needs to be fetched. */
function headers(): string[] {
  const prefix = join(dirname(process.execPath), '..');
  const told = variable('npm_config_nodedir') ?? variable('npm_package_config_node_gyp_nodedir');
  return told === undefined && existsSync(join(prefix, 'include/node/node_api.h'))
    ? [`--nodedir=${prefix}`]
    : [];
}

const tools: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Debian: apt-get install g++ make python3; Alpine: apk add g++ make python3',
  darwin: 'xcode-select --install',
  win32: "Visual Studio's C++ build tools, and Python 3",
};

/**
 * Builds the targets of a folder's binding.gyp into its build/Release.
 *
 * @throws CommandError with the compiler's last lines
 */
export function compile(nodeGyp: string, folder: string): void {
  const args = [nodeGyp, 'rebuild', '--jobs', 'max', '--loglevel', 'error', ...headers()];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status === 0) return;
  const why = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new CommandError(
    exit.wrong,
    `the addon was not built. It needs a C++17 compiler, make and Python 3 (${tools[process.platform] ?? 'see node-gyp'}).\n${why}`,
  );
}

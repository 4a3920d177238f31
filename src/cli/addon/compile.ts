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

const remedies: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Debian: apt-get install g++ make python3; Alpine: apk add g++ make python3',
  darwin: 'xcode-select --install',
  win32: "Visual Studio's C++ build tools, and Python 3",
};

const runs = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/** What node-gyp would run and is not here. Visual Studio is not looked for: node-gyp knows its places. */
function missing(): string[] {
  if (process.platform === 'win32') return [];
  const tools: readonly (readonly [what: string, programs: readonly (string | undefined)[]])[] = [
    ['C++ compiler', [variable('CXX')?.split(' ')[0], process.platform === 'linux' ? 'g++' : 'c++']],
    ['make', [variable('MAKE'), 'make', 'gmake']],
    ['Python 3', [variable('NODE_GYP_FORCE_PYTHON'), variable('PYTHON'), 'python3', 'python']],
  ];
  return tools
    .filter(([, programs]) => !programs.some(program => program !== undefined && runs(program)))
    .map(([what]) => what);
}

/** What the compiler says of errors; where it says nothing of them, the last that was written. */
function linesOfInterest(output: string): string {
  const lines = output.trim().split('\n');
  const errors = lines.filter(line => /\berror\b/i.test(line) && !/^gyp ERR!|^make/.test(line));
  return (errors.length > 0 ? errors.slice(0, 10) : lines.slice(-25)).join('\n');
}

/**
 * Builds the targets of a folder's binding.gyp into its build/Release.
 *
 * @throws CommandError that names the tools that are missing, or else has the compiler's errors
 */
export function compile(nodeGyp: string, folder: string): void {
  const args = [nodeGyp, 'rebuild', '--jobs', 'max', '--loglevel', 'error', ...headers()];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status === 0) return;
  // It was tried first: what is not found here may have been found there.
  const absent = missing();
  const why =
    absent.length > 0
      ? `Not found here: ${absent.join(', ')}.`
      : (error?.message ?? linesOfInterest(`${stdout}${stderr}`));
  const remedy = remedies[process.platform] ?? 'see node-gyp';
  throw new CommandError(
    exit.wrong,
    `the addon was not built. It needs a C++17 compiler, make and Python 3 (${remedy}).\n${why}`,
  );
}

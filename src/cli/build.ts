// `lanestep build`: compiles the sources in the package for this platform, and puts the addon where it is looked for.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from './addon/compile.js';
import { findNodeGyp } from './addon/node-gyp.js';
import { CommandError, exit, flagsOf, type Output } from './command.js';
import { home } from './package.js';

const help = `Usage: lanestep build

Compiles the native addon from the sources in the package, into its build/Release. It needs a C++17 compiler, make and
Python 3, and uses the project's node-gyp or npm's. Nothing is downloaded but Node's headers, where Node has not brought
them.
`;

const target = join(home, 'build/Release');

/** Asked before minutes are spent on compiling. */
function requireWritable(): void {
  try {
    mkdirSync(target, { recursive: true });
    rmSync(mkdtempSync(join(target, 'try-')), { recursive: true });
  } catch (error) {
    throw new CommandError(
      exit.wrong,
      `cannot write to ${target} (${(error as Error).message}); build where the package's folder may be written, ` +
        'as the user who installed it',
    );
  }
}

/** An addon that is loaded must not be changed under its users: a new file takes the old one's name. */
function put(from: string, name: string): void {
  const fresh = join(target, `${name}.${process.pid}`);
  try {
    copyFileSync(from, fresh);
    renameSync(fresh, join(target, name));
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new CommandError(
      exit.wrong,
      `the addon was built, but not put in its place: ${(error as Error).message}`,
    );
  }
}

/** Compiles a copy of the packed sources: make takes no path with a space, and a failure leaves nothing behind. */
function buildPacked(nodeGyp: string): void {
  if (!existsSync(join(home, 'native/binding.gyp'))) {
    throw new CommandError(exit.wrong, `there are no sources in ${home}; install the package anew`);
  }
  requireWritable();
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-build-'));
  try {
    for (const part of ['native', 'bench/native']) {
      cpSync(join(home, part), join(folder, part), { recursive: true });
    }
    compile(nodeGyp, join(folder, 'native'));
    for (const name of ['lanestep.node', 'roof.node']) put(join(folder, 'native/build/Release', name), name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the addon just built runs on, asked of a process that has none loaded. */
function chosen(): string {
  const entry = pathToFileURL(join(home, 'dist/index.js')).href;
  const code = `import { backend } from ${JSON.stringify(entry)}; process.stdout.write(backend('native').instructionSet);`;
  const args = [...process.execArgv, '--input-type=module', '--eval', code];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status === 0) return stdout;
  const why = /^\w*Error.*$/m.exec(stderr)?.[0] ?? signal ?? stderr.trim();
  throw new CommandError(exit.wrong, `the addon was built and does not run: ${why}`);
}

/** The command. */
export async function build(argv: readonly string[], { out }: Output): Promise<number> {
  if (flagsOf('build', argv, []).help) {
    out(help);
    return exit.fine;
  }
  const nodeGyp = findNodeGyp(process.cwd(), home);
  out(
    `Compiling lanestep for ${process.platform}-${process.arch}; this takes some ten seconds to a minute.\n`,
  );
  // A clone has its own binding.gyp, and is built in place.
  if (existsSync(join(home, 'binding.gyp'))) compile(nodeGyp, home);
  else buildPacked(nodeGyp);
  out(`Built ${join(target, 'lanestep.node')}: ${chosen()} is used here.\n`);
  return exit.fine;
}

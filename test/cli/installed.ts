// Installed copies of the package outside of the tree, and commands run in them as a user would.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tree. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The addon built here. */
export const addon = join(root, 'build/Release/lanestep.node');

const missing = ['dist/cli/main.js', 'dist/kernels-f32.wasm'].filter(file => !existsSync(join(root, file)));

/** Why there is nothing to install, as a part of a test's title; empty where there is. */
export const unbuilt =
  missing.length > 0 ? ` (skipped: no ${missing.join(', ')}; run \`npm run build\`)` : '';

/** Installs dist/ and this for an addon; the project's folder. */
export function install(project: string, bytes: Uint8Array | null): string {
  const home = join(project, 'node_modules/lanestep');
  mkdirSync(home, { recursive: true });
  cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  if (bytes !== null) {
    const place = join(home, 'build/Release/lanestep.node');
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
  return project;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a folder, in surroundings that have nothing of ours in them. */
export function run(
  cwd: string,
  [program, ...args]: readonly [string, ...string[]],
  env: Record<string, string> = {},
): Promise<Ended> {
  return new Promise(resolve => {
    execFile(
      program,
      args,
      {
        cwd,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
        maxBuffer: 2 ** 28,
      },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? null), stdout, stderr }),
    );
  });
}

/** Runs the installed command, by Node with these flags. */
export function lanestep(
  project: string,
  argv: readonly string[],
  { env = {}, flags = [] }: { env?: Record<string, string>; flags?: readonly string[] } = {},
): Promise<Ended> {
  const script = join(project, 'node_modules/lanestep/dist/cli/main.js');
  return run(project, [process.execPath, ...flags, script, ...argv], env);
}

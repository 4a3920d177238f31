// The package as a release packs it, out of a copy of the tree, so that nothing is laid into the tree itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { addon, root, unbuilt } from './installed.js';

const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});

/** The files of the tree that git does not ignore. */
export const sources: readonly string[] = (git.stdout ?? '')
  .split('\0')
  .filter(file => file !== '' && existsSync(join(root, file)));

/** Why there is nothing to pack; empty where there is. */
export const unpackable =
  [
    unbuilt === '' ? '' : 'nothing is built here; run `npm run build`',
    existsSync(addon) ? '' : 'no addon is built here',
    git.status === 0 ? '' : 'git does not list the files here',
  ].find(reason => reason !== '') ?? '';

/** Copies the tree, with what is built, to `tree`, packs it there and puts the tarball into `folder`; its path. */
export function pack(tree: string, folder: string): string {
  mkdirSync(tree);
  for (const file of [...sources, 'dist', 'out', 'build/Release/lanestep.node']) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(tree, file), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  execFileSync(process.execPath, ['scripts/prebuild.mjs'], { cwd: tree });
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  return join(folder, execFileSync('npm', args, { cwd: tree, encoding: 'utf8' }).trim());
}

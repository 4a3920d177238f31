// How AssemblyScript is called. assembly/products.ts is an entry, and each file of assembly/stages and assembly/rules; what one of these
// exports is a kernel: it takes
// the bytes of a run, the address of its coefficients (as lanes), the addresses of parameter and gradient, and those of its slots and
// sums; it may answer what it uses (assembly/uses.ts).
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const script = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');

const filesOf = (root, folder) =>
  readdirSync(join(root, folder))
    .sort()
    .map(file => `${folder}/${file}`);

/** The compiler's script and its arguments, in the root of a tree, for `f32` or `f64`. */
export const assembly = (root, target) => [
  script,
  'assembly/products.ts',
  ...['assembly/stages', 'assembly/rules'].flatMap(folder => filesOf(root, folder)),
  '--config',
  'asconfig.json',
  '--target',
  target,
];

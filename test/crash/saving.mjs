// Saves a checkpoint where there is none, in its place, and again after its rights were changed.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SGD } from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'lanestep-saving-'));
const path = join(folder, 'model.safetensors');
const make = value => new SGD({ w: Float32Array.of(value) }, { lr: 1, backend: 'wasm' });
let saved = 0;
for (const value of [1, 2, 3]) {
  await make(value).save(path);
  const reader = make(0);
  await reader.load(path);
  if (new Uint8Array(reader.serialize()).at(-1) === new Uint8Array(make(value).serialize()).at(-1)) saved++;
  if (saved === 2) chmodSync(path, 0o640);
}
const left = readdirSync(folder).length - 1;
const mode = process.platform === 'win32' ? '640' : (statSync(path).mode & 0o777).toString(8);
rmSync(folder, { recursive: true });
console.log(left === 0 ? `saved ${saved} times, ${mode}` : `left ${left}`);

// A parameter of more elements than a signed number of 32 bits counts, updated on a backend: huge.mjs native | wasm. Only
// some of its elements are not zero; afterwards those must have moved, and no other.
import { SGD } from '../../dist/index.js';

const [backend] = process.argv.slice(2);
const n = 2 ** 31 + 5;
const p = new Float32Array(n);
const g = new Float32Array(n);
// The first and the last, and where indices and numbers of bytes go beyond 31 and 32 bits.
const places = [0, 1, 2 ** 29 - 1, 2 ** 29, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, n - 2, n - 1];
places.forEach((at, k) => {
  p[at] = k + 1;
  g[at] = 2 ** k;
});

const optimizer = new SGD([p], { backend, lr: 0.25 });
for (let t = 0; t < 2; t++) optimizer.step([g]);

places.forEach((at, k) => {
  const expected = k + 1 - 2 ** k / 2;
  if (p[at] !== expected) throw new Error(`element ${at} is ${p[at]}, not ${expected}`);
});
const zeros = places.filter(at => p[at] === 0).length;
let moved = 0;
// In views that have short indices, which engines are quicker with.
for (let from = 0; from < n; from += 2 ** 28) {
  const view = p.subarray(from, Math.min(n, from + 2 ** 28));
  for (let i = 0; i < view.length; i++) if (view[i] !== 0) moved++;
}
if (moved !== places.length - zeros) throw new Error(`${moved} elements are not zero`);
const resident = Math.round(process.resourceUsage().maxRSS / 2 ** 20);
console.log(`huge: ${n} elements on ${backend}, every one of them right (${resident} GiB resident at most)`);

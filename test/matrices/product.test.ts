// A product of two matrices by itself, between passes: the bits of a plain loop on every backend, instruction set and number of threads.
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backends/backend.js';
import { everyKernel } from '../../src/backends/every-kernel.js';
import { NativeBackend } from '../../src/backends/native.js';
import { WasmBackend } from '../../src/backends/wasm.js';
import type { MatrixProduct } from '../../src/matrices/matrix-product.js';
import { loadAddon } from '../../src/node/addon.js';
import { multiply } from '../../src/reference/products.js';
import { nativeMissing } from '../backends.js';

function onNative(set: string, threads: number): Backend {
  const backend = new NativeBackend(loadAddon(), set);
  backend.setThreads(threads, 0);
  return backend;
}

const sets = nativeMissing === null ? loadAddon().instructionSets.filter(({ supported }) => supported) : [];
const ways: [string, () => Backend][] = [
  ['wasm', () => new WasmBackend(everyKernel)],
  ...sets.flatMap(({ name }) =>
    [1, 3].map((n): [string, () => Backend] => [`native ${name} x${n}`, () => onNative(name, n)]),
  ),
];

function numbers(length: number, seed: number, specials: boolean): Float64Array {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 1e308];
  return Float64Array.from({ length }, () =>
    specials && random() < 0.05 ? odd[Math.floor(random() * odd.length)]! : random() - 0.5,
  );
}

// Every way has the same cases: they are multiplied by the loop once.
const known = new Map<string, Float64Array>();

function compare(backend: Backend, of: Omit<MatrixProduct, 'out'>, key: string): void {
  const { left, right, rows, columns, leftTurned, rightTurned } = of;
  const name = [key, rows, columns, leftTurned, rightTurned].join();
  const wanted = known.get(name) ?? new Float64Array(rows * columns);
  if (!known.has(name)) multiply({ ...of, out: wanted });
  known.set(name, wanted);
  const kernel = backend.prepare([], new Uint8Array(0), [], true);
  const got = new Float64Array(rows * columns).fill(7);
  const before = [left.slice(), right.slice()];
  kernel.multiply({ ...of, out: got });
  for (let k = 0; k < wanted.length; k++)
    if (!Object.is(got[k], wanted[k])) expect.fail(`element ${k} of ${name}: ${got[k]}, not ${wanted[k]}`);
  expect([left, right].every((x, i) => x.every((y, k) => Object.is(y, before[i]![k])))).toBe(true);
  kernel.dispose();
}

const sizes = [
  [1, 1, 1],
  [1, 9, 2],
  [5, 1, 33],
  [7, 12, 16],
  [13, 31, 8],
  [65, 17, 40],
  [97, 140, 40],
  [20, 30, 530],
  [7, 521, 60],
] as const;

describe.each(ways)('%s', (_, backend) => {
  it.each(sizes)('%d by %d, over %d, as they are and turned', (rows, columns, depth) => {
    const of = { rows, columns, depth };
    for (const specials of [false, true]) {
      const left = numbers(rows * depth, 3, specials);
      const right = numbers(depth * columns, 5, specials);
      for (const leftTurned of [false, true])
        for (const rightTurned of [false, true])
          compare(backend(), { ...of, left, right, leftTurned, rightTurned }, `${specials}`);
    }
  });

  it.each([1, 2, 9, 33, 130, 200])('a square of %d rows, of which half is computed', n => {
    const x = numbers(n * 50, 9, false);
    const of = { left: x, right: x, rows: n, columns: n, depth: 50, symmetric: true };
    compare(backend(), { ...of, rightTurned: true }, 'square');
    compare(backend(), { ...of, leftTurned: true }, 'square');
  });
});

it.skipIf(nativeMissing !== null)('the addon refuses what is no product', () => {
  const { multiply: raw, instructionSets } = loadAddon();
  const set = instructionSets.findIndex(({ supported }) => supported);
  const [four, six] = [new Float64Array(4), new Float64Array(6)];
  expect(() => raw(set, four, six, six, 2, 3, 2, false, false, false)).not.toThrow();
  for (const [rows, columns, depth] of [
    [3, 3, 2],
    [0, 3, 2],
    [2, 3, 2 ** 40],
    [-1, 3, 2],
  ] as const)
    expect(() => raw(set, four, six, six, rows, columns, depth, false, false, false)).toThrow();
  expect(() => raw(set, four, six, six, 2, 3, 2, false, false, true)).toThrow('Expected matrices');
  expect(() => raw(set, new Float32Array(4) as never, six, six, 2, 3, 2, false, false, false)).toThrow();
});

// What a kernel does on either backend, whatever the engine above it: it updates what takes part, all of it and nothing
// past it, however the work is cut.
import { describe, expect, it } from 'vitest';
import {
  type Backend,
  blockLength,
  type Kernel,
  maxSlots,
  maxSums,
  row,
  skipped,
} from '../src/backends/backend.js';
import { everyKernel } from '../src/backends/every-kernel.js';
import { NativeBackend } from '../src/backends/native.js';
import { tileBytes } from '../src/backends/wasm/tiles.js';
import { WasmBackend } from '../src/backends/wasm.js';
import { loadAddon } from '../src/node/addon.js';
import { fillSlot } from '../src/state/fill.js';
import type { FloatArray } from '../src/types.js';
import { nativeMissing } from './backends.js';

const sets = nativeMissing === null ? loadAddon().instructionSets.filter(({ supported }) => supported) : [];

const native = (name: string, threads: number) => () => {
  const backend = new NativeBackend(loadAddon(), name);
  backend.setThreads(threads, 0);
  return backend;
};

const each: [title: string, make: () => Backend][] = [
  ['wasm', () => new WasmBackend(everyKernel)],
  ...sets.flatMap(({ name }) =>
    [1, 3].map((n): [string, () => Backend] => [`native ${name} x${n}`, native(name, n)]),
  ),
];

/** A kernel of momentum 1/2 and rate 1 over these parameters, with a rate of coupled decay. */
function momentum(backend: Backend, params: readonly FloatArray[], decay = 0): Kernel {
  const kernel = backend.prepare(
    params,
    Uint8Array.from({ length: params.length * maxSlots }, (_, i) => +(i % maxSlots === 0)),
  );
  kernel.variantOf.fill(backend.variants.indexOf('sgd.momentum'));
  kernel.rows.set([1, decay, 1, 1, 0.5, 1]);
  expect(row.coefficients).toBe(3);
  return kernel;
}

describe.each(each)('on %s', (_, make) => {
  it('a tensor sits out that has no row, or no gradient', () => {
    const [p, q, r] = [Float32Array.of(1), Float32Array.of(1), Float32Array.of(1)];
    const kernel = momentum(make(), [p, q, r]);
    kernel.rowOf.set([skipped, 0, 0]);
    kernel.bind([Float32Array.of(1), null, Float32Array.of(1)]);
    kernel.run();
    expect([p[0], q[0], r[0]]).toEqual([1, 1, 0]);
    kernel.dispose();
  });

  it('a pass that only adds up leaves a parameter on its way where it is, and the sums of who sits out', () => {
    const backend = make();
    const n = 2 * blockLength + 3;
    const [from, to, other] = [
      Float32Array.from({ length: n }, (_, i) => i),
      new Float32Array(n),
      Float32Array.of(5),
    ];
    const kernel = momentum(backend, [from, other]);
    kernel.variantOf.fill(backend.variants.indexOf('norm'));
    kernel.rows.set([0.5, 0, 0.25]);
    kernel.rowOf[1] = skipped;
    const grads = [new Float32Array(n).fill(4), Float32Array.of(3)];
    kernel.bind(grads);
    kernel.move([to, other], [from, null]);
    kernel.sums.fill(-1);
    kernel.run();
    // Twice one half of 4, squared; the last block has three elements, and the last tensor none that takes part.
    expect([0, 1, 2, 3].map(block => kernel.sums[block * maxSums])).toEqual([16384, 16384, 12, -1]);
    expect([...kernel.sums].filter((_, i) => i % maxSums !== 0)).toEqual(new Array(12).fill(-1));
    expect(to).toEqual(new Float32Array(n));
    expect(from[7]).toBe(7);
    kernel.variantOf.fill(backend.variants.indexOf('sgd.momentum'));
    kernel.rows.set([1, 0, 1, 1, 0.5, 1]);
    kernel.run();
    expect(to).toEqual(from.map(x => x - 4));
    expect(grads[0]).toEqual(new Float32Array(n).fill(4));
    kernel.dispose();
  });

  it('every element is updated once, at every length beside every other', () => {
    const tile = tileBytes / 4;
    for (const lengths of [
      [5, 40_000, 7, 0, 3, 32_768, 1],
      [2 * tile + 5, 1, tile, tile + 1, tile - 1],
      [16_384, 16_383, 1, 32_767, 16_385, 2, 81_920],
    ]) {
      const params = lengths.map(n => Float32Array.from({ length: n }, (_, i) => i % 251));
      const grads = lengths.map((n, k) => Float32Array.from({ length: n }, (_, i) => 1 + ((i + k) % 127)));
      const kernel = momentum(make(), params);
      kernel.bind(grads);
      kernel.run();
      kernel.run();
      // After two steps the buffer is g/2 + g, and the parameter has lost that and g.
      params.forEach((p, k) => {
        const slot = new Float32Array(lengths[k]!);
        kernel.read(k, 0, slot, 0);
        const g = grads[k]!;
        const wrong = p.findIndex((x, i) => x !== (i % 251) - 2.5 * g[i]! || slot[i] !== 1.5 * g[i]!);
        expect(wrong, `element of tensor ${k} of ${lengths.join()}`).toBe(-1);
      });
      kernel.dispose();
    }
  });

  it('a slot is kept where it is wanted, and filled, written and read in stretches', () => {
    const length = 2 * 16_384 + 3;
    const params = [Float32Array.of(1, 2), new Float32Array(length)];
    const backend = make();
    const kernel = backend.prepare(
      params,
      Uint8Array.from({ length: 2 * maxSlots }, (_, i) => +(i === maxSlots)),
    );
    kernel.rows.set([1, 0, 1, 1, 0.5, 1]);
    kernel.variantOf.set(['sgd', 'sgd.momentum'].map(name => backend.variants.indexOf(name)));
    fillSlot(kernel, 1, { slotDtypes: ['float32'], slotShapes: [[length]] }, 0, 3);
    kernel.write(1, 0, Float32Array.of(7, 8), length - 2);
    const ends = [new Float32Array(1), new Float32Array(3)] as const;
    kernel.read(1, 0, ends[0], 16_384);
    kernel.read(1, 0, ends[1], length - 3);
    expect(ends.map(array => [...array])).toEqual([[3], [3, 7, 8]]);
    kernel.bind([Float32Array.of(1, 1), new Float32Array(length)]);
    kernel.run();
    expect([...params[0]!]).toEqual([0, 1]);
    const after = Array.from({ length }, (_, i) => [-3.5, -4][i - length + 2] ?? -1.5);
    expect([...params[1]!]).toEqual(after);
    kernel.dispose();
  });

  // Past the memory of WebAssembly lie pages that nobody may touch: to read one element more ends the process.
  it.each([Float32Array, Float64Array])('nothing is read past the end of memory: %o', Class => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Memory: new (size: object) => { buffer: ArrayBuffer } };
    };
    const [memory, other] = [0, 1].map(() => new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer);
    for (let n = 1; n <= 70; n++) {
      const at = 65536 - n * Class.BYTES_PER_ELEMENT;
      const [p, g] = [new Class(memory!, at), new Class(other!, at)];
      p.fill(8);
      g.fill(2);
      const kernel = momentum(make(), [p], 0.25);
      kernel.bind([g]);
      kernel.run();
      expect([...p]).toEqual(Array(n).fill(4));
      kernel.dispose();
    }
  });
});

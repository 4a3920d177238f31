// Work on whole matrices, whose products have one order: the bits of the reference on every backend, instruction set and number of
// threads, at every size and offset, over many tensors and several matrices each.
import { describe, expect, it } from 'vitest';
import { extent, maxSlots, newtonSchulz, wholeSlot } from '../src/backends/backend.js';
import { arrays, type Job, runOnReference } from '../src/reference/jobs.js';
import { gridOf, product, type Shape, stackOf } from '../src/shape.js';
import type { Dtype, FloatArray } from '../src/types.js';
import { configurations } from './backends.js';

const coefficients = [3.4445, -4.775, 2.0315];
const kept = Array.from({ length: maxSlots }, (_, k) => k === wholeSlot);
const extents = kept.map(has => (has ? extent.full : extent.none));

/** Numbers of both signs, the same ones every time; now and then one that is not finite. */
function numbers(dtype: Dtype, length: number, seed: number, specials: boolean): FloatArray {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-42, 3e38];
  return new arrays[dtype](length).map(() =>
    specials && random() < 0.02 ? odd[Math.floor(random() * odd.length)]! : random() - 0.5,
  ) as FloatArray;
}

/** Steps of the iteration over tensors of these shapes. */
function jobOf(dtype: Dtype, shapes: readonly Shape[], times: number, specials = false): Job {
  const most = Math.max(...shapes.map(product));
  // About the norm of the largest.
  const size = Math.sqrt(most / 12) + 0.1;
  return {
    dtype,
    kept,
    start: shapes.map((shape, i) => {
      const length = product(shape);
      const u = numbers(dtype, length, 7 * i + 1, specials);
      return {
        p: new arrays[dtype](length),
        g: new arrays[dtype](length),
        slots: kept.map((_, k) => (k === wholeSlot ? u : null)),
        rows: { grid: gridOf(stackOf(shape)), extents },
      };
    }),
    gradients: [shapes.map(shape => new arrays[dtype](product(shape)))],
    steps: [[{ kernel: newtonSchulz, row: [1, 0, 1, size, ...coefficients, times] }]],
  };
}

function compare(job: Job, finite = true): void {
  const wanted = runOnReference(job);
  for (const { slots } of wanted) if (finite) expect(slots[wholeSlot]!.every(Number.isFinite)).toBe(true);
  for (const { title, run } of configurations) {
    run(job).forEach(({ p, slots }, i) => {
      const [got, should] = [slots[wholeSlot]!, wanted[i]!.slots[wholeSlot]!];
      for (let k = 0; k < should.length; k++)
        if (!Object.is(got[k], should[k]))
          throw new Error(
            `${title}: element ${k} of tensor ${i} is ${got[k]}, the reference has ${should[k]}`,
          );
      expect(p.every(x => x === 0)).toBe(true);
    });
  }
}

// One of everything; around the sides of tiles (6, 8, 12, 16, 32) and of the squares that are turned over; and none.
const sides = [1, 2, 3, 5, 6, 7, 8, 9, 12, 13, 16, 17, 31, 33, 65];
const small = [
  ...sides.flatMap(rows =>
    sides.filter(columns => rows === columns || (rows + columns) % 3 === 0).map(columns => [rows, columns]),
  ),
  [0, 4],
  [4, 0],
  [3, 5, 7],
  [2, 9, 4],
  [3, 0, 2],
];

describe.each(['float32', 'float64'] as const)('%s: the bits of the reference', dtype => {
  it('small matrices, one after the other', () => {
    for (const times of [0, 1, 2, 3]) compare(jobOf(dtype, small, times));
  });

  it('whatever is in them', () => {
    compare(jobOf(dtype, small, 2, true), false);
  });

  // Around the blocks, of 96 by 512 on native and 56 by 136 on WebAssembly, and around the stretches of k, of 128 to 512.
  it.each([
    [97, 521],
    [529, 100],
    [57, 137],
    [113, 255],
    [257, 112],
    [193, 194],
    [1, 5000],
    [5000, 1],
    [2, 60, 130],
  ])('%d by %d', (...shape) => {
    compare(jobOf(dtype, [shape], 1));
    compare(jobOf(dtype, [shape], 2));
  });
});

// How far a number is from what exact arithmetic would have given, in units of the last place.
import type { Job } from '../../reference/jobs.js';
import { type ReferenceTensor, referenceStep } from '../../reference/update.js';

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The distance from a float32 number's magnitude to the next larger one. */
export function ulpOf(x: number): number {
  single[0] = Math.abs(x);
  const at = single[0]!;
  bits[0]!++;
  return single[0]! - at;
}

/** The same steps with the same numbers, in float64 and with coefficients that nothing rounded. */
export function inFloat64(job: Job): ReferenceTensor[] {
  const tensors = job.start.map(({ p, g, slots, rows = null }) => ({
    p: Float64Array.from(p),
    g: Float64Array.from(g),
    slots: slots.map(slot => slot && Float64Array.from(slot)),
    rows,
  }));
  job.steps.forEach((passes, step) => {
    tensors.forEach((tensor, i) => {
      tensor.g.set(job.gradients[step]![i]!);
      for (const { kernel, row } of passes) referenceStep(kernel, row, tensor);
    });
  });
  return tensors;
}

/** A distance, and where it is. */
export interface Distance {
  readonly ulps: number;
  readonly tensor: number;
  readonly index: number;
}

/**
 * The largest distance of the parameters from those. The unit is that of the larger of what a parameter was and is: where
 * a step takes most of it away, what is left has smaller ones, which no arithmetic in float32 can keep.
 */
export function farthest(
  got: readonly ReferenceTensor[],
  exact: readonly ReferenceTensor[],
  { start }: Job,
): Distance {
  let found: Distance = { ulps: 0, tensor: 0, index: 0 };
  exact.forEach(({ p }, tensor) => {
    for (let index = 0; index < p.length; index++) {
      // Where the formula has no number, none is missing.
      if (Number.isNaN(p[index]) && Number.isNaN(got[tensor]!.p[index])) continue;
      const ulps =
        Math.abs(got[tensor]!.p[index]! - p[index]!) /
        ulpOf(Math.max(Math.abs(p[index]!), Math.abs(start[tensor]!.p[index]!)));
      // A NaN is infinitely far.
      if (!(ulps <= found.ulps)) found = { ulps: Number.isNaN(ulps) ? Infinity : ulps, tensor, index };
    }
  });
  return found;
}

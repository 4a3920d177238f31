/** Slots beside a kernel's letters: of several arrays, a history; or of a shape of their own. */
import type { Kernel } from './backends/backend.js';
import { newArray } from './memory.js';
import type { Rule, Slot } from './rule.js';
import { product } from './shape.js';
import { isBeside } from './slots.js';
import type { StatefulTensor } from './state/dict.js';
import type { FloatArray } from './types.js';

type Tensor = Pick<StatefulTensor<object>, 'slots' | 'slotShapes' | 'slotDtypes'>;

// By kernel: of each tensor the arrays, by their slot.
const kept = new WeakMap<Kernel, readonly ReadonlyMap<number, FloatArray>[]>();

/** The arrays of such a slot. */
export const severalIn = (kernel: Kernel, tensor: number, slot: number): FloatArray =>
  kept.get(kernel)![tensor]!.get(slot)!;

/** A kernel with slots beside its letters, which are read and written like the others; the same kernel where no tensor has such. */
export function withSeveral<Options extends object>(
  kernel: Kernel,
  rule: Rule<Options>,
  tensors: readonly Tensor[],
): Kernel {
  const isOne = rule.slots.map(slot => isBeside(slot as Slot<never>));
  if (!isOne.includes(true)) return kernel;
  const arrays = tensors.map(({ slots, slotShapes, slotDtypes }) => {
    const beside = slots.flatMap((slot, k) => (slot === null || !isOne[k] ? [] : [k]));
    return new Map(beside.map(k => [k, newArray(slotDtypes[k]!, product(slotShapes[k]!))]));
  });
  const wider: Kernel = {
    rows: kernel.rows,
    rowOf: kernel.rowOf,
    variantOf: kernel.variantOf,
    sums: kernel.sums,
    rowSums: kernel.rowSums,
    columnSums: kernel.columnSums,
    bind: gradients => kernel.bind(gradients),
    move: (params, sources) => kernel.move(params, sources),
    run: () => kernel.run(),
    runAsync: held => kernel.runAsync(held),
    multiply: product => kernel.multiply(product),
    read(tensor, slot, into, from) {
      const array = arrays[tensor]!.get(slot);
      if (array === undefined) kernel.read(tensor, slot, into, from);
      else into.set(array.subarray(from, from + into.length));
    },
    write(tensor, slot, values, at) {
      const array = arrays[tensor]!.get(slot);
      if (array === undefined) kernel.write(tensor, slot, values, at);
      else array.set(values, at);
    },
    dispose() {
      for (const one of arrays) one.clear();
      kernel.dispose();
    },
  };
  kept.set(wider, arrays);
  return wider;
}

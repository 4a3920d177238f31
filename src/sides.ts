/** The small slots of tensors that are walked row by row, of one number a row or a column: what rules read and write of them. */
import type { Kernel } from './backends/backend.js';
import { newArray } from './memory.js';
import type { Tensors, Written } from './pass.js';
import { type Grid, product } from './shape.js';
import type { StatefulTensor } from './state/dict.js';

/** Those of one optimizer's tensors. */
export class Sides<Options extends object> implements Tensors {
  readonly #kernel: Kernel;
  readonly #tensors: readonly StatefulTensor<Options>[];

  constructor(kernel: Kernel, tensors: readonly StatefulTensor<Options>[]) {
    this.#kernel = kernel;
    this.#tensors = tensors;
  }

  length(tensor: number): number {
    return this.#tensors[tensor]!.length;
  }

  grid(tensor: number): Grid | null {
    return this.#tensors[tensor]!.grid;
  }

  read(tensor: number, slot: string): Float64Array {
    const { dtype, slots, slotShapes } = this.#tensors[tensor]!;
    const k = slots.indexOf(slot);
    const values = newArray(dtype, product(slotShapes[k]!));
    this.#kernel.read(tensor, k, values, 0);
    return Float64Array.from(values);
  }

  write(tensor: number, written: Written): void {
    const { dtype, slots } = this.#tensors[tensor]!;
    for (const [slot, numbers] of Object.entries(written)) {
      const values = newArray(dtype, numbers.length);
      values.set(numbers);
      this.#kernel.write(tensor, slots.indexOf(slot), values, 0);
    }
  }
}

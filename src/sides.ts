/** The small slots of tensors that are walked row by row, of one number a row or a column: what rules read and write of them. */
import type { Kernel } from './backends/backend.js';
import { newArray } from './memory.js';
import type { Tensors, Written } from './pass.js';
import { severalIn } from './several.js';
import { type Grid, product } from './shape.js';
import type { StatefulTensor } from './state/dict.js';
import type { Dtype, FloatArray } from './types.js';

/** Those of one optimizer's tensors. */
export class Sides<Options extends object> implements Tensors {
  readonly #kernel: Kernel;
  readonly #tensors: readonly StatefulTensor<Options>[];
  // For the longest of them, by type: they are written when parameters have moved, and then nothing may fail.
  readonly #room: Readonly<Record<Dtype, FloatArray>>;

  constructor(kernel: Kernel, tensors: readonly StatefulTensor<Options>[]) {
    this.#kernel = kernel;
    this.#tensors = tensors;
    const longest = (of: Dtype) =>
      tensors.reduce((most, { dtype, grid }) => {
        return dtype !== of || grid === null
          ? most
          : Math.max(most, grid.matrices * Math.max(grid.rows, grid.columns));
      }, 0);
    this.#room = {
      float32: newArray('float32', longest('float32')),
      float64: newArray('float64', longest('float64')),
    };
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
    const values = this.#room[dtype].subarray(0, product(slotShapes[k]!));
    this.#kernel.read(tensor, k, values, 0);
    const copy = newArray('float64', values.length) as Float64Array;
    copy.set(values);
    return copy;
  }

  several(slot: string): readonly FloatArray[] {
    return this.#tensors.map(({ slots }, i) => severalIn(this.#kernel, i, slots.indexOf(slot)));
  }

  arrays(): readonly FloatArray[] {
    return this.#tensors.map(({ dtype, length }) => newArray(dtype, length));
  }

  copy(slot: string, into: readonly FloatArray[]): void {
    this.#tensors.forEach(({ slots }, i) => {
      this.#kernel.read(i, slots.indexOf(slot), into[i]!, 0);
    });
  }

  restore(slot: string, from: readonly FloatArray[]): void {
    this.#tensors.forEach(({ slots }, i) => {
      this.#kernel.write(i, slots.indexOf(slot), from[i]!, 0);
    });
  }

  write(tensor: number, written: Written): void {
    const { dtype, slots } = this.#tensors[tensor]!;
    for (const [slot, numbers] of Object.entries(written)) {
      const values = this.#room[dtype].subarray(0, numbers.length);
      values.set(numbers);
      this.#kernel.write(tensor, slots.indexOf(slot), values, 0);
    }
  }
}

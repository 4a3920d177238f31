/**
 * How rules reach slots themselves: those of one number a row or a column, of a shape of their own, of whole matrices. A rule that does
 * brings it along (`slotAccess`).
 */
import type { Kernel } from './backends/backend.js';
import type { MatrixProduct } from './matrices/matrix-product.js';
import { newArray } from './memory.js';
import type { Tensors, Written } from './pass.js';
import { severalIn, withSeveral } from './several.js';
import { type Grid, product } from './shape.js';
import type { StatefulTensor } from './state/dict.js';
import type { Dtype, FloatArray } from './types.js';

/** How many elements are filled at a time. */
const most = 4096;

/** The slots of one optimizer's tensors. */
export class SlotAccess<Options extends object> implements Tensors {
  readonly #kernel: Kernel;
  readonly #tensors: readonly StatefulTensor<Options>[];
  // For the longest side, by type: they are written when parameters have moved, and then nothing may fail.
  readonly #room: Readonly<Record<Dtype, FloatArray>>;
  // For a stretch that is filled, by type, where there was something to fill.
  readonly #stretches: Partial<Record<Dtype, FloatArray>> = {};

  /** @param wholes whether slots as long as a matrix are read and written, too */
  constructor(kernel: Kernel, tensors: readonly StatefulTensor<Options>[], wholes: boolean) {
    this.#kernel = kernel;
    this.#tensors = tensors;
    const longest = (of: Dtype) =>
      tensors.reduce((most, { dtype, grid, length }) => {
        if (dtype !== of || grid === null) return most;
        const { matrices, rows, columns } = grid;
        return Math.max(most, wholes ? length : 0, matrices * Math.max(rows, columns));
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
    const { slots, slotShapes, slotDtypes } = this.#tensors[tensor]!;
    const k = slots.indexOf(slot);
    const length = product(slotShapes[k]!);
    const copy = newArray('float64', length) as Float64Array;
    const dtype = slotDtypes[k]!;
    const values = dtype === 'float64' ? copy : this.#room[dtype].subarray(0, length);
    this.#kernel.read(tensor, k, values, 0);
    if (values !== copy) copy.set(values);
    return copy;
  }

  multiply(given: MatrixProduct): void {
    if (given.out.length === 0) return;
    if (given.depth === 0) given.out.fill(0);
    else this.#kernel.multiply(given);
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
    const { slots, slotDtypes } = this.#tensors[tensor]!;
    for (const [slot, numbers] of Object.entries(written)) {
      const k = slots.indexOf(slot);
      const dtype = slotDtypes[k]!;
      const values = dtype === 'float64' ? numbers : this.#room[dtype].subarray(0, numbers.length);
      if (values !== numbers) values.set(numbers);
      this.#kernel.write(tensor, k, values, 0);
    }
  }

  /** Fills a slot like its tensor with numbers, stretch by stretch. */
  fill(tensor: number, slot: string, stretch: (values: FloatArray) => void): void {
    const { dtype, length, slots } = this.#tensors[tensor]!;
    const k = slots.indexOf(slot);
    this.#stretches[dtype] ??= newArray(dtype, most);
    for (let at = 0; at < length; at += most) {
      const values = this.#stretches[dtype].subarray(0, Math.min(most, length - at));
      stretch(values);
      this.#kernel.write(tensor, k, values, at);
    }
  }
}

/** What a rule brings along. */
export const slotAccess = { Of: SlotAccess, withSeveral };

/** The same, as the engine takes it out of a rule. */
export type SlotAccessOfRule = typeof slotAccess | undefined;

/** Slots like their tensors that a rule fills with numbers of its own before a pass. */
import type { Kernel } from './backends/backend.js';
import { newArray } from './memory.js';
import type { StatefulTensor } from './state/dict.js';
import type { Dtype, FloatArray } from './types.js';

/** How many elements are filled at a time. */
const most = 4096;

/** Those of one optimizer's tensors. */
export class Filling<Options extends object> {
  readonly #kernel: Kernel;
  readonly #tensors: readonly StatefulTensor<Options>[];
  // By type, where there was something to fill.
  readonly #room: Partial<Record<Dtype, FloatArray>> = {};

  constructor(kernel: Kernel, tensors: readonly StatefulTensor<Options>[]) {
    this.#kernel = kernel;
    this.#tensors = tensors;
  }

  /** Fills a slot of a tensor. */
  fill(tensor: number, slot: string, stretch: (values: FloatArray) => void): void {
    const { dtype, length, slots } = this.#tensors[tensor]!;
    const k = slots.indexOf(slot);
    this.#room[dtype] ??= newArray(dtype, most);
    for (let at = 0; at < length; at += most) {
      const values = this.#room[dtype].subarray(0, Math.min(most, length - at));
      stretch(values);
      this.#kernel.write(tensor, k, values, at);
    }
  }
}

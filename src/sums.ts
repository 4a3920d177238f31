/** What a pass has added up: the blocks' numbers, which a kernel leaves behind, put together in one order. */
import { blockLength, maxSums } from './backends/backend.js';
import type { Sums } from './pass.js';

/** Where each tensor's blocks begin in a kernel's array of sums, and, at the end, its length; by blocks. */
export function blocksOf(lengths: readonly number[]): number[] {
  const begins = [0];
  for (const length of lengths) begins.push(begins.at(-1)! + Math.ceil(length / blockLength));
  return begins;
}

/** The sums of one optimizer's tensors. */
export class TensorSums implements Sums {
  readonly #blocks: Float64Array;
  readonly #begins: readonly number[];
  #names: readonly string[] = [];
  #tookPart: (tensor: number) => boolean = () => true;

  /** @param blocks [blocks][maxSums], what the kernel writes */
  constructor(blocks: Float64Array, lengths: readonly number[]) {
    this.#blocks = blocks;
    this.#begins = blocksOf(lengths);
  }

  /** From now on they are those of this pass. */
  are(names: readonly string[], tookPart: (tensor: number) => boolean): void {
    this.#names = names;
    this.#tookPart = tookPart;
  }

  of(tensor: number, name: string): number {
    const place = this.#names.indexOf(name);
    if (place < 0 || !this.#tookPart(tensor)) return 0;
    let sum = 0;
    for (let block = this.#begins[tensor]!; block < this.#begins[tensor + 1]!; block++)
      sum += this.#blocks[block * maxSums + place]!;
    return sum;
  }

  all(name: string): number {
    let sum = 0;
    for (let tensor = 0; tensor < this.#begins.length - 1; tensor++) sum += this.of(tensor, name);
    return sum;
  }
}

/** A parameter with its slots, cut into chunks that fit a tile. */
import { dtypeOf, giveBack, lengthOf, newArray, sizeOf, viewOf } from '../../memory.js';
import type { Dtype, FloatArray } from '../../types.js';
import { blockLength } from '../backend.js';
import { type Tiles, tileBytes, type Views } from './tiles.js';

/** A stretch of a tensor that fits a tile. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  /** The parameter's elements of the chunk. */
  p: FloatArray;
  /** Those of the slots. */
  readonly slots: readonly (FloatArray | null)[];
  /** As many elements of the tiles. */
  readonly tiles: Views;
}

/** A tensor. */
export class Tensor {
  readonly dtype: Dtype;
  readonly length: number;
  readonly chunks: Chunk[] = [];
  /**
   * Arrays of the engine's, not in WebAssembly's memory: so they are freed like any others when nobody has them any more, be it
   * within a loop that never gives way, and a state may be larger than 4 GiB.
   */
  readonly slots: readonly (FloatArray | null)[];
  p: FloatArray;
  gradient: FloatArray | null = null;
  gradientChunks: FloatArray[] = [];
  /** Where the chunks are read at the next step, if not where they are written. */
  sourceChunks: FloatArray[] | null = null;

  constructor(p: FloatArray, kept: Uint8Array, tiles: Tiles) {
    const dtype = dtypeOf(p)!;
    this.dtype = dtype;
    this.length = lengthOf(p);
    this.p = p;
    this.slots = Array.from(kept, flag => (flag ? newArray(dtype, this.length) : null));
    const tile = tileBytes / sizeOf(dtype);
    for (let from = 0; from < this.length; from += tile) {
      const to = Math.min(from + tile, this.length);
      this.chunks.push({
        from,
        to,
        p: viewOf(p, dtype, from, to),
        slots: this.slots.map(
          slot => slot && (to === this.length && from === 0 ? slot : slot.subarray(from, to)),
        ),
        tiles: tiles.views(dtype, to - from),
      });
    }
  }

  /** How many blocks are added up by themselves. */
  get blocks(): number {
    return Math.ceil(this.length / blockLength);
  }

  bind(gradient: FloatArray | null): void {
    if (gradient === this.gradient) return;
    this.gradient = gradient;
    this.gradientChunks = gradient === null ? [] : this.#cut(gradient);
  }

  move(p: FloatArray, source: FloatArray | null): void {
    if (p !== this.p) {
      this.p = p;
      this.#cut(p).forEach((view, c) => {
        this.chunks[c]!.p = view;
      });
    }
    this.sourceChunks = source === null ? null : this.#cut(source);
  }

  #cut(array: FloatArray): FloatArray[] {
    return this.chunks.map(({ from, to }) => viewOf(array, this.dtype, from, to));
  }

  dispose(): void {
    for (const slot of this.slots) if (slot !== null) giveBack(slot);
  }
}

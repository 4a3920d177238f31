/** A parameter with its slots, cut into chunks that fit a tile. */
import { dtypeOf, giveBack, lengthOf, newArray, sizeOf, viewOf } from '../../memory.js';
import type { Grid } from '../../shape.js';
import type { Dtype, FloatArray } from '../../types.js';
import { extentLength, partsOf } from '../backend.js';
import { type Kernels, letter } from './exports.js';
import { places, type Tiles, tileBytes } from './tiles.js';

/** A stretch of a tensor that fits a tile. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  /** The parameter's elements of the chunk, and as many of its tile. */
  p: FloatArray;
  readonly tile: FloatArray;
  /** The slots that there are. */
  readonly slots: readonly Part[];
}

/** A chunk's elements of a slot. */
export interface Part {
  /** The bit of the letter. */
  readonly letter: number;
  readonly array: FloatArray;
  /** As many elements of the slot's tile, and the first one's place among all of the memory's. */
  readonly tile: FloatArray;
  readonly at: number;
}

/** A tensor. */
export class Tensor {
  readonly dtype: Dtype;
  /** Bytes of an element. */
  readonly size: 4 | 8;
  readonly length: number;
  /** All of the memory as numbers of its type, and the kernels for that. */
  readonly memory: FloatArray;
  readonly kernels: Kernels;
  /** None of a grid, which is walked row by row. */
  readonly chunks: Chunk[] = [];
  readonly grid: Grid | null;
  /** How many elements its slots have: an `extent` for each. */
  readonly extents: Uint8Array;
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
  /** Where all of it is read then. */
  source: FloatArray | null = null;

  constructor(
    p: FloatArray,
    kept: Uint8Array,
    tiles: Tiles,
    kernels: (dtype: Dtype) => Kernels,
    grid: Grid | null,
  ) {
    const dtype = dtypeOf(p)!;
    this.dtype = dtype;
    this.size = sizeOf(dtype);
    this.memory = tiles.lanes[dtype];
    this.kernels = kernels(dtype);
    this.length = lengthOf(p);
    this.p = p;
    this.grid = grid;
    this.extents = kept;
    this.slots = Array.from(kept, of => (of ? newArray(dtype, extentLength(of, this.length, grid)) : null));
    if (grid !== null) return;
    const tile = tileBytes / this.size;
    for (let from = 0; from < this.length; from += tile) {
      const to = Math.min(from + tile, this.length);
      const views = tiles.views(dtype, to - from);
      const slots = this.slots.flatMap((slot, k): Part[] => {
        if (slot === null) return [];
        const array = to === this.length && from === 0 ? slot : slot.subarray(from, to);
        return [{ letter: letter.slot(k), array, tile: views.slots[k]!, at: places.slots[k]! / this.size }];
      });
      this.chunks.push({ from, to, p: viewOf(p, dtype, from, to), tile: views.p, slots });
    }
  }

  /** How many parts are added up by themselves. */
  get parts(): number {
    return partsOf(this.length, this.grid);
  }

  /** From now on it is read where it is written. */
  arrive(): void {
    this.source = null;
    this.sourceChunks = null;
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
    this.source = source;
    this.sourceChunks = source === null ? null : this.#cut(source);
  }

  #cut(array: FloatArray): FloatArray[] {
    return this.chunks.map(({ from, to }) => viewOf(array, this.dtype, from, to));
  }

  dispose(): void {
    for (const slot of this.slots) if (slot !== null) giveBack(slot);
  }
}

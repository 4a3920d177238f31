/** What lies where in the memory that the WebAssembly kernels work in. */
import { BackendError } from '../../errors.js';
import { viewInto } from '../../memory.js';
import type { Dtype, FloatArray } from '../../types.js';
import { blockLength, maxSlots, maxSums, row } from '../backend.js';
import { engine, type Memory } from './engine.js';

/**
 * Bytes of a tile: a stretch of a parameter, of a gradient, or of a slot. Of smaller ones more time is spent between the two
 * languages; all of them stay in the second cache. It is a whole number of blocks, so that no sum is cut.
 */
export const tileBytes = 65536;

/** The lanes of a sum, over the blocks of a tile, in doubles: [blocks][8]. */
export const lanesLength = 8 * (tileBytes / (4 * blockLength));

const lineBytes = 64;
const pageBytes = 65536;
const lines = (bytes: number) => Math.ceil(bytes / lineBytes) * lineBytes;

// The first line is nobody's, so that nothing is at 0. A line lies between neighbours.
const coefficientsAt = lineBytes;
const sumsAt = coefficientsAt + lines(8 * row.length) + lineBytes;
const columnsAt = sumsAt + 8 * maxSums * lanesLength + lineBytes;
const firstTile = columnsAt + 8 * blockLength + lineBytes;
const tileAt = (index: number): number => firstTile + index * (tileBytes + lineBytes);

/** Addresses of what a kernel reads and writes. */
export const places = {
  coefficients: coefficientsAt,
  sums: Array.from({ length: maxSums }, (_, k) => sumsAt + 8 * lanesLength * k),
  /** The numbers of a row's columns, in doubles, as many as a block has elements. */
  columns: columnsAt,
  p: tileAt(0),
  g: tileAt(1),
  slots: Array.from({ length: maxSlots }, (_, k) => tileAt(2 + k)),
} as const;

/** The first elements of the tiles that are read back. */
export interface Views {
  readonly p: FloatArray;
  readonly slots: readonly FloatArray[];
}

function newMemory(bytes: number): Memory {
  const pages = Math.ceil(bytes / pageBytes);
  try {
    return new (engine().Memory)({ initial: pages, maximum: pages });
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    // Each one reserves its whole range of addresses, of which a process has not endlessly many.
    throw new BackendError(
      'ERR_LANESTEP_MEMORY',
      `No WebAssembly memory in this process: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** One memory, which never grows, and views of it. */
export class Tiles {
  readonly memory = newMemory(tileAt(2 + maxSlots));
  /** All of the memory as numbers of a type. */
  readonly lanes: Readonly<Record<Dtype, FloatArray>> = {
    float32: new Float32Array(this.memory.buffer),
    float64: new Float64Array(this.memory.buffer),
  };
  /** The lanes of all sums: [maxSums][blocks of a tile][8]. */
  readonly sums = new Float64Array(this.memory.buffer, sumsAt, maxSums * lanesLength);
  /** The numbers of columns. */
  readonly columns = new Float64Array(this.memory.buffer, columnsAt, blockLength);
  readonly #views = { float32: new Map<number, Views>(), float64: new Map<number, Views>() };

  /** So many elements of each tile that is read back; the same views for all chunks of that length. */
  views(dtype: Dtype, length: number): Views {
    const known = this.#views[dtype].get(length);
    if (known !== undefined) return known;
    const at = (tile: number) => viewInto(this.memory.buffer, dtype, tile, length);
    const views = { p: at(places.p), slots: places.slots.map(at) };
    this.#views[dtype].set(length, views);
    return views;
  }
}

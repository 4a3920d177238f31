/** What a kernel adds up over a tile: lanes in WebAssembly's memory, folded here. */
import { newArray } from '../../memory.js';
import { added } from '../../numerics/combine.js';
import { blockLength, maxSums } from '../backend.js';
import { type Export, mostAddresses, type Variant, vectorBytes } from './exports.js';
import { lanesLength, type Tiles } from './tiles.js';

const lanes = 8;

// The other way round than `larger`, as native/fold.cc has it.
const largest = (a: number, b: number): number => (a > b ? a : b);

/** Eight lanes become one number: 4 and 4, 2 and 2, 1 and 1. */
function folded(values: Float64Array, at: number, fold: (a: number, b: number) => number): number {
  for (let half = lanes / 2; half >= 1; half /= 2) {
    for (let l = at; l < at + half; l++) values[l] = fold(values[l]!, values[l + half]!);
  }
  return values[at]!;
}

/** The lanes of a backend's tiles. */
export class TileSums {
  readonly #lanes: Float64Array;
  // Of the lanes that what is missing in a vector would come into: what they hold.
  readonly #kept = newArray('float64', maxSums * lanes);
  readonly #at = new Array<number>(mostAddresses).fill(0);

  constructor({ sums }: Tiles) {
    this.#lanes = sums;
  }

  /** Runs a kernel with sums over the elements of a tile, and leaves the sums of its blocks in `into`, from this block on. */
  run(
    variant: Variant,
    count: number,
    size: number,
    [c, p, g]: readonly [coefficients: number, p: number, g: number],
    into: Float64Array,
    block: number,
  ): void {
    this.#lanes.fill(0);
    const left = count % (vectorBytes / size);
    const whole = count - left;
    if (whole > 0) call(variant.run, whole * size, c, p, g, variant.at);
    if (left > 0) this.#runLast(variant, whole, left, size, c, p, g);
    const blocks = Math.ceil(count / blockLength);
    for (let k = 0; k < variant.sums; k++) {
      const fold = (variant.largest >> k) & 1 ? largest : added;
      for (let b = 0; b < blocks; b++) {
        into[(block + b) * maxSums + k] = folded(this.#lanes, k * lanesLength + b * lanes, fold);
      }
    }
  }

  /** The last elements, which fill no vector: what lies behind them must not count. */
  #runLast(
    { run, at, slots, sums, rowFirst }: Variant,
    from: number,
    count: number,
    size: number,
    c: number,
    p: number,
    g: number,
  ): void {
    const offset = from * size;
    // Where the lanes are of the first element, and, behind the last, of those that are missing.
    const lane = Math.floor(from / blockLength) * lanes + (from % lanes);
    const missing = vectorBytes / size - count;
    const behind = lane + count;
    for (let k = 0; k < sums; k++) {
      for (let l = 0; l < missing; l++)
        this.#kept[k * lanes + l] = this.#lanes[k * lanesLength + behind + l]!;
    }
    for (let k = 0; k < mostAddresses; k++) {
      // A row's number is where it is; the columns' are no lanes.
      if (k === 0 && rowFirst) this.#at[k] = at[k]!;
      else if (k < slots) this.#at[k] = at[k]! + offset;
      else this.#at[k] = at[k]! + 8 * (k < slots + sums ? lane : from);
    }
    call(run, vectorBytes, c, p + offset, g + offset, this.#at);
    for (let k = 0; k < sums; k++) {
      for (let l = 0; l < missing; l++)
        this.#lanes[k * lanesLength + behind + l] = this.#kept[k * lanes + l]!;
    }
  }
}

/** Calls a kernel, whose slots' and sums' addresses are in a list. */
export function call(run: Export, n: number, c: number, p: number, g: number, at: readonly number[]): void {
  run(n, c, p, g, at[0]!, at[1]!, at[2]!, at[3]!, at[4]!, at[5]!, at[6]!, at[7]!, at[8]!, at[9]!);
}

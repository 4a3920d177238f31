/** One optimizer's tensors on WebAssembly: they pass through the tiles, and stages and rule run over each. */
import type { MatrixProduct } from '../../matrices/matrix-product.js';
import { lengthOf, newArray } from '../../memory.js';
import { room } from '../../room.js';
import type { Dtype, FloatArray } from '../../types.js';
import {
  blockLength,
  type Grids,
  type Kernel,
  maxSlots,
  maxSums,
  row,
  sidesOf,
  skipped,
  wholeSlot,
} from '../backend.js';
import { type Kernels, letter } from './exports.js';
import { type Begin, GridWalk } from './grid.js';
import type { WholeMatrices } from './newton-schulz.js';
import { call, TileSums } from './sums.js';
import { type Chunk, Tensor } from './tensor.js';
import { places, type Tiles } from './tiles.js';
import type { Work } from './whole.js';

// WebAssembly computes as its thread does, which native libraries may have set otherwise, where there are such.
let checkArithmetic = (): void => undefined;

/** Makes known what looks at it, before each run. */
export function provideArithmeticCheck(given: typeof checkArithmetic): void {
  checkArithmetic = given;
}

/** Copies a chunk into the tiles: what is read of it. */
function load(tensor: Tensor, c: number, reads: number, decays: boolean): void {
  const { memory, size, chunks, sourceChunks, gradientChunks } = tensor;
  const { p, slots } = chunks[c]!;
  if (reads & letter.p || decays) memory.set(sourceChunks?.[c] ?? p, places.p / size);
  if (reads & letter.g) memory.set(gradientChunks[c]!, places.g / size);
  for (let k = 0; k < slots.length; k++) {
    const slot = slots[k]!;
    if (reads & slot.letter) memory.set(slot.array, slot.at);
  }
}

/** Copies back what was written. */
function store({ p, tile, slots }: Chunk, writes: number): void {
  if (writes & letter.p) p.set(tile);
  for (let k = 0; k < slots.length; k++) {
    const slot = slots[k]!;
    if (writes & slot.letter) slot.array.set(slot.tile);
  }
}

/** The kernel. */
export class WasmKernel implements Kernel {
  readonly rows: Float64Array;
  readonly rowOf: Uint32Array;
  readonly variantOf: Uint32Array;
  readonly sums: Float64Array;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  readonly #tiles: Tiles;
  readonly #kernels: (dtype: Dtype) => Kernels;
  readonly #tileSums: TileSums;
  readonly #tensors: Tensor[];
  /** Where each tensor's sums begin. */
  readonly #begins: readonly Begin[];
  readonly #walk: GridWalk;
  // The number of the work on whole matrices among the kernels, and who does it; null where there is none.
  readonly #work: Work | null;
  readonly #whole: { readonly index: number; readonly matrices: WholeMatrices } | null;

  /**
   * @param kernels those of an element type; it throws where they cannot be had
   * @param work what works on whole matrices, where something does
   * @param whole the number of that work, where it is a kernel; or null
   */
  constructor(
    tiles: Tiles,
    kernels: (dtype: Dtype) => Kernels,
    params: readonly FloatArray[],
    kept: Uint8Array,
    grids: Grids,
    work: Work | null = null,
    whole: number | null = null,
  ) {
    this.#tiles = tiles;
    this.#work = work;
    this.#kernels = kernels;
    this.#tileSums = new TileSums(tiles);
    const places = (): Uint32Array =>
      room('the tensors of an optimizer', () => new Uint32Array(params.length));
    this.rows = newArray('float64', params.length * row.length) as Float64Array;
    this.rowOf = places();
    this.variantOf = places();
    this.#tensors = params.map((p, i) => {
      const own = kept.subarray(i * maxSlots, (i + 1) * maxSlots);
      return new Tensor(p, own, tiles, kernels, grids[i] ?? null);
    });
    let [part, sides] = [0, { rows: 0, columns: 0 }];
    this.#begins = this.#tensors.map(({ parts, grid }): Begin => {
      const begin = { part, ...sides };
      const own = sidesOf([grid]);
      part += parts;
      sides = { rows: sides.rows + own.rows, columns: sides.columns + own.columns };
      return begin;
    });
    this.sums = newArray('float64', part * maxSums) as Float64Array;
    this.rowSums = newArray('float64', sides.rows) as Float64Array;
    this.columnSums = newArray('float64', sides.columns) as Float64Array;
    const height = grids.reduce((most, grid) => Math.max(most, grid?.height ?? 0), 0);
    this.#walk = new GridWalk(this, tiles, this.#tileSums, height);
    const dtypes = this.#tensors.map(({ dtype }) => dtype);
    this.#whole =
      whole === null ? null : { index: whole, matrices: new work!.Matrices(tiles, dtypes, grids) };
  }

  bind(gradients: readonly (FloatArray | null)[]): void {
    this.#tensors.forEach((tensor, i) => {
      tensor.bind(gradients[i]!);
    });
  }

  move(params: readonly FloatArray[], sources: readonly (FloatArray | null)[]): void {
    this.#tensors.forEach((tensor, i) => {
      tensor.move(params[i]!, sources[i]!);
    });
  }

  run(): void {
    checkArithmetic();
    for (let i = 0; i < this.#tensors.length; i++) {
      const tensor = this.#tensors[i]!;
      const rowIndex = this.rowOf[i]!;
      if (rowIndex !== skipped && tensor.gradient !== null) {
        this.#update(tensor, rowIndex * row.length, this.variantOf[i]!, this.#begins[i]!);
      }
    }
  }

  multiply(product: MatrixProduct): void {
    this.#work!.multiply(this.#kernels('float64'), this.#tiles.lanes.float64, product);
  }

  // There is no other thread: its memory is this one's.
  async runAsync(): Promise<void> {
    this.run();
  }

  #update(tensor: Tensor, begin: number, variantIndex: number, at: Begin): void {
    const { rows } = this;
    const { coefficients, p, g } = places;
    const { kernels, memory, size, chunks } = tensor;
    if (variantIndex === this.#whole?.index) {
      const { dtype, grid, slots } = tensor;
      const numbers = rows.subarray(begin + row.coefficients, begin + row.length);
      if (grid !== null) this.#whole.matrices.newtonSchulz(kernels, dtype, slots[wholeSlot]!, grid, numbers);
      return;
    }
    const variant = kernels.variant(variantIndex);
    for (let k = 0; k < row.length; k++) memory[coefficients / size + k] = rows[begin + k]!;

    const scales = rows[begin + row.factor] !== 1;
    const decays = rows[begin + row.rate] !== 0;
    const shrinks = rows[begin + row.keep] !== 1;
    const ruleAt = coefficients + row.coefficients * size;
    const prepare = (n: number): void => {
      if (scales) kernels.scale(n, coefficients + row.factor * size, p, g);
      if (decays) kernels.decay(n, coefficients + row.rate * size, p, g);
      if (shrinks) kernels.shrink(n, coefficients + row.keep * size, p, g);
    };
    if (tensor.grid !== null) this.#walk.run(tensor, tensor.grid, variant, at, { prepare, decays, ruleAt });
    for (let c = 0; c < chunks.length; c++) {
      const chunk = chunks[c]!;
      const count = chunk.to - chunk.from;
      const n = count * size;
      load(tensor, c, variant.reads, decays);
      prepare(n);
      if (variant.sums === 0) call(variant.run, n, ruleAt, p, g, variant.at);
      else {
        const first = at.part + chunk.from / blockLength;
        this.#tileSums.run(variant, count, size, [ruleAt, p, g], this.sums, first);
      }
      store(chunk, variant.writes);
    }
    // Only who writes the parameter has moved it.
    if (variant.writes & letter.p) tensor.arrive();
  }

  read(tensor: number, slot: number, into: FloatArray, from: number): void {
    into.set(this.#tensors[tensor]!.slots[slot]!.subarray(from, from + lengthOf(into)));
  }

  write(tensor: number, slot: number, values: FloatArray, at: number): void {
    this.#tensors[tensor]!.slots[slot]!.set(values, at);
  }

  dispose(): void {
    for (const tensor of this.#tensors.splice(0)) tensor.dispose();
  }
}

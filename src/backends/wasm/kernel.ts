/** One optimizer's tensors on WebAssembly: they pass through the tiles, and stages and rule run over each. */
import { warnOnce } from '../../environment.js';
import { dtypeOf, lengthOf, newArray, sizeOf } from '../../memory.js';
import { oddArithmetic } from '../../numerics/arithmetic.js';
import { room } from '../../room.js';
import type { Dtype, FloatArray } from '../../types.js';
import { blockLength, type Kernel, maxSlots, maxSums, row, skipped } from '../backend.js';
import { type Kernels, letter, type Variant } from './exports.js';
import { call, TileSums } from './sums.js';
import { type Chunk, Tensor } from './tensor.js';
import { places, type Tiles } from './tiles.js';

// WebAssembly computes as its thread does, and cannot change that, as the native kernels do.
function checkArithmetic(): void {
  const odd = oddArithmetic();
  if (odd === null) return;
  warnOnce(
    `this thread ${odd}, as a native library of the process has set it (one that was linked with -ffast-math?), so ` +
      'WebAssembly gives other results here than elsewhere; use the native backend, or load that library in a worker',
    'LANESTEP_ARITHMETIC',
  );
}

/** The kernel. */
export class WasmKernel implements Kernel {
  readonly rows: Float64Array;
  readonly rowOf: Uint32Array;
  readonly variantOf: Uint32Array;
  readonly sums: Float64Array;
  readonly #tiles: Tiles;
  readonly #tileSums: TileSums;
  readonly #kernels: (dtype: Dtype) => Kernels;
  readonly #tensors: Tensor[];
  /** The first block of each tensor. */
  readonly #blocks: readonly number[];

  /** @param kernels those of an element type; it throws where they cannot be had */
  constructor(
    tiles: Tiles,
    kernels: (dtype: Dtype) => Kernels,
    params: readonly FloatArray[],
    kept: Uint8Array,
  ) {
    this.#tiles = tiles;
    this.#tileSums = new TileSums(tiles);
    this.#kernels = kernels;
    const places = (): Uint32Array =>
      room('the tensors of an optimizer', () => new Uint32Array(params.length));
    this.rows = newArray('float64', params.length * row.length) as Float64Array;
    this.rowOf = places();
    this.variantOf = places();
    this.#tensors = params.map((p, i) => {
      kernels(dtypeOf(p)!);
      return new Tensor(p, kept.subarray(i * maxSlots, (i + 1) * maxSlots), tiles);
    });
    let blocks = 0;
    this.#blocks = this.#tensors.map(tensor => {
      blocks += tensor.blocks;
      return blocks - tensor.blocks;
    });
    this.sums = newArray('float64', blocks * maxSums) as Float64Array;
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
        this.#update(tensor, rowIndex * row.length, this.variantOf[i]!, this.#blocks[i]!);
      }
    }
  }

  // There is no other thread: its memory is this one's.
  async runAsync(): Promise<void> {
    this.run();
  }

  #update(tensor: Tensor, begin: number, variantIndex: number, block: number): void {
    const { rows } = this;
    const { coefficients, p, g } = places;
    const kernels = this.#kernels(tensor.dtype);
    const variant = kernels.variant(variantIndex);
    const lanes = this.#tiles.lanes[tensor.dtype];
    const size = sizeOf(tensor.dtype);
    for (let k = 0; k < row.length; k++) lanes[coefficients / size + k] = rows[begin + k]!;

    const scales = rows[begin + row.factor] !== 1;
    const decays = rows[begin + row.rate] !== 0;
    const shrinks = rows[begin + row.keep] !== 1;
    const ruleAt = coefficients + row.coefficients * size;
    for (let c = 0; c < tensor.chunks.length; c++) {
      const chunk = tensor.chunks[c]!;
      const count = chunk.to - chunk.from;
      this.#load(tensor, c, variant, decays);
      const n = count * size;
      if (scales) kernels.scale(n, coefficients + row.factor * size, p, g);
      if (decays) kernels.decay(n, coefficients + row.rate * size, p, g);
      if (shrinks) kernels.shrink(n, coefficients + row.keep * size, p, g);
      if (variant.sums === 0) call(variant.run, n, ruleAt, p, g, variant.at);
      else {
        const first = block + chunk.from / blockLength;
        this.#tileSums.run(variant, count, size, [ruleAt, p, g], this.sums, first);
      }
      this.#store(chunk, variant);
    }
    // Only who writes the parameter has moved it.
    if (variant.writes & letter.p) tensor.sourceChunks = null;
  }

  #load(tensor: Tensor, c: number, { reads }: Variant, decays: boolean): void {
    const lanes = this.#tiles.lanes[tensor.dtype];
    const size = sizeOf(tensor.dtype);
    const { p, slots } = tensor.chunks[c]!;
    if (reads & letter.p || decays) lanes.set(tensor.sourceChunks?.[c] ?? p, places.p / size);
    if (reads & letter.g) lanes.set(tensor.gradientChunks[c]!, places.g / size);
    for (let k = 0; k < maxSlots; k++) {
      const slot = slots[k]!;
      if (slot !== null && reads & letter.slot(k)) lanes.set(slot, places.slots[k]! / size);
    }
  }

  #store({ p, slots, tiles }: Chunk, { writes }: Variant): void {
    if (writes & letter.p) p.set(tiles.p);
    for (let k = 0; k < maxSlots; k++) {
      if (writes & letter.slot(k)) slots[k]?.set(tiles.slots[k]!);
    }
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

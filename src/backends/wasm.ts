/** The WebAssembly build: parameters, gradients and slots come and go through tiles in its memory. */

import { warnOnce } from '../environment.js';
import { BackendError, OptionError, show } from '../errors.js';
import { dtypeOf, giveBack, lengthOf, newArray, sizeOf, viewInto, viewOf } from '../memory.js';
import { oddArithmetic } from '../numerics/arithmetic.js';
import { room } from '../room.js';
import type { Dtype, FloatArray } from '../types.js';
import { type Backend, type Kernel, maxSlots, row, skipped } from './backend.js';
import { bytes } from './kernels.generated.js';
import { engine, type Memory, type Module } from './webassembly.js';

type Export = (bytes: number, c: number, p: number, g: number, s0: number, s1: number, s2: number) => void;

interface Kernels {
  readonly scale: Export;
  readonly decay: Export;
  readonly shrink: Export;
  readonly rules: readonly Export[];
}

/**
 * Bytes of a tile: a stretch of a parameter, of a gradient, or of a slot. Of smaller ones more time is spent between the two
 * languages; all of them stay in the second cache.
 */
export const tileBytes = 65536;

const vectorBytes = 16;
const lineBytes = 64;
const pageBytes = 65536;

// The first line is nobody's, so that no tile is at 0; the coefficients take the next ones.
const tileAt = (index: number): number => 4 * lineBytes + index * (tileBytes + lineBytes);
const padded = (bytes: number) => Math.ceil(bytes / vectorBytes) * vectorBytes;

// An export has a name of letters: `tfjs$rmsprop_centered` is the kernel `tfjs-rmsprop.centered`.
const kernelName = (name: string) => name.replaceAll('_', '.').replaceAll('$', '-');
const exportName = (name: string) => name.replaceAll('.', '_').replaceAll('-', '$');

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

const provided: Partial<Record<Dtype, Module>> = {};

/** Whether a value is a compiled module. The engine itself is asked, so that one of another realm is one, too. */
function isModule(value: unknown): boolean {
  try {
    engine().Module.exports(value as Module);
    return true;
  } catch (error) {
    if (error instanceof BackendError) throw error;
    return false;
  }
}

/**
 * Gives lanestep its WebAssembly modules, for runtimes that compile none from bytes (Cloudflare Workers): import
 * `lanestep/kernels-f32.wasm` (and `-f64.wasm` for Float64Array) there and pass them before the first optimizer is made.
 *
 * @throws OptionError for anything but an object of compiled `WebAssembly.Module`s, BackendError where there is no WebAssembly
 */
export function provideKernels(modules: { float32?: Module; float64?: Module }): void {
  if (typeof modules !== 'object' || modules === null) {
    throw new OptionError(`Expected { float32, float64 } for provideKernels, got ${show(modules)}`);
  }
  const { float32, float64, ...unknown } = modules;
  const [name] = Object.keys(unknown);
  if (name !== undefined) {
    throw new OptionError(`Expected float32 or float64 for provideKernels, got ${show(name)}`);
  }
  for (const [dtype, module] of Object.entries({ float32, float64 })) {
    if (module !== undefined && !isModule(module)) {
      throw new OptionError(
        `Expected a compiled WebAssembly.Module for ${dtype} of provideKernels, got ${show(module)}`,
      );
    }
  }
  if (float32 !== undefined) provided.float32 = float32;
  if (float64 !== undefined) provided.float64 = float64;
}

function compile(dtype: Dtype): Module {
  const { Module } = engine();
  try {
    return provided[dtype] ?? new Module(Uint8Array.from(atob(bytes[dtype]), c => c.charCodeAt(0)));
  } catch (cause) {
    throw new BackendError(
      'ERR_LANESTEP_BACKEND',
      `The WebAssembly kernels do not compile here (they need SIMD, and leave to compile): ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** A stretch of a tensor that fits a tile. */
interface Chunk {
  readonly from: number;
  readonly to: number;
  /** The parameter's elements of the chunk. */
  p: FloatArray;
  /** Those of the slots. */
  readonly slots: readonly (FloatArray | null)[];
  /** As many elements of the tiles. */
  readonly tiles: Views;
}

/** The first elements of the tiles that are read back. */
interface Views {
  readonly p: FloatArray;
  readonly slots: readonly FloatArray[];
}

class Tensor {
  readonly dtype: Dtype;
  readonly size: number;
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

  constructor(p: FloatArray, kept: Uint8Array, views: (dtype: Dtype, length: number) => Views) {
    const dtype = dtypeOf(p)!;
    this.dtype = dtype;
    this.size = sizeOf(dtype);
    this.length = lengthOf(p);
    this.p = p;
    this.slots = Array.from(kept, flag => (flag ? newArray(dtype, this.length) : null));
    const tile = tileBytes / this.size;
    for (let from = 0; from < this.length; from += tile) {
      const to = Math.min(from + tile, this.length);
      this.chunks.push({
        from,
        to,
        p: viewOf(p, dtype, from, to),
        slots: this.slots.map(
          slot => slot && (to === this.length && from === 0 ? slot : slot.subarray(from, to)),
        ),
        tiles: views(dtype, to - from),
      });
    }
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
}

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

class WasmKernel implements Kernel {
  readonly rows: Float64Array;
  readonly rowOf: Uint32Array;
  readonly ruleOf: Uint32Array;
  readonly #backend: WasmBackend;
  readonly #tensors: Tensor[];

  constructor(backend: WasmBackend, params: readonly FloatArray[], kept: Uint8Array) {
    this.#backend = backend;
    const places = (): Uint32Array =>
      room('the tensors of an optimizer', () => new Uint32Array(params.length));
    this.rows = newArray('float64', params.length * row.length) as Float64Array;
    this.rowOf = places();
    this.ruleOf = places();
    const views = (dtype: Dtype, length: number) => backend.views(dtype, length);
    this.#tensors = params.map((p, i) => {
      backend.kernels(dtypeOf(p)!);
      return new Tensor(p, kept.subarray(i * maxSlots, (i + 1) * maxSlots), views);
    });
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
    const backend = this.#backend;
    for (let i = 0; i < this.#tensors.length; i++) {
      const tensor = this.#tensors[i]!;
      const rowIndex = this.rowOf[i]!;
      if (rowIndex !== skipped && tensor.gradient !== null) {
        this.#update(tensor, rowIndex * row.length, backend.kernels(tensor.dtype), this.ruleOf[i]!);
      }
    }
  }

  // There is no other thread: its memory is this one's.
  async runAsync(): Promise<void> {
    this.run();
  }

  #update(tensor: Tensor, begin: number, kernels: Kernels, ruleIndex: number): void {
    const { rows } = this;
    const { coefficients, p, g, slots: at } = this.#backend.tiles;
    const lanes = this.#backend.lanes(tensor.dtype);
    const { size } = tensor;
    for (let k = 0; k < row.length; k++) lanes[coefficients / size + k] = rows[begin + k]!;

    const rule = kernels.rules[ruleIndex]!;
    const [s0, s1, s2] = at as [number, number, number];
    const scales = rows[begin + row.gradientFactor] !== 1;
    const decays = rows[begin + row.decayRate] !== 0;
    const shrinks = rows[begin + row.shrinkKeep] !== 1;
    for (let c = 0; c < tensor.chunks.length; c++) {
      const chunk = tensor.chunks[c]!;
      const { slots, tiles } = chunk;
      lanes.set(tensor.sourceChunks?.[c] ?? chunk.p, p / size);
      lanes.set(tensor.gradientChunks[c]!, g / size);
      for (let k = 0; k < maxSlots; k++) {
        const slot = slots[k]!;
        if (slot !== null) lanes.set(slot, at[k]! / size);
      }
      const n = padded((chunk.to - chunk.from) * size);
      if (scales) kernels.scale(n, coefficients + row.gradientFactor * size, p, g, 0, 0, 0);
      if (decays) kernels.decay(n, coefficients + row.decayRate * size, p, g, 0, 0, 0);
      if (shrinks) kernels.shrink(n, coefficients + row.shrinkKeep * size, p, g, 0, 0, 0);
      rule(n, coefficients + row.coefficients * size, p, g, s0, s1, s2);
      chunk.p.set(tiles.p);
      for (let k = 0; k < maxSlots; k++) slots[k]?.set(tiles.slots[k]!);
    }
    tensor.sourceChunks = null;
  }

  read(tensor: number, slot: number, into: FloatArray, from: number): void {
    into.set(this.#tensors[tensor]!.slots[slot]!.subarray(from, from + lengthOf(into)));
  }

  write(tensor: number, slot: number, values: FloatArray, at: number): void {
    this.#tensors[tensor]!.slots[slot]!.set(values, at);
  }

  dispose(): void {
    for (const { slots } of this.#tensors.splice(0)) {
      for (const slot of slots) if (slot !== null) giveBack(slot);
    }
  }
}

/** The WebAssembly kernels over one memory; one of these serves a thread. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly instructionSet = 'simd128';
  readonly threads = 1;
  readonly rules: readonly string[];
  readonly memory: Memory;
  /** Where the coefficients and the tiles are in it, with a line between neighbours. */
  readonly tiles = {
    coefficients: lineBytes,
    p: tileAt(0),
    g: tileAt(1),
    slots: Array.from({ length: maxSlots }, (_, k) => tileAt(2 + k)),
  } as const;
  readonly #module: Module;
  readonly #kernels: Partial<Record<Dtype, Kernels>> = {};
  readonly #lanes: Record<Dtype, FloatArray>;
  readonly #views = { float32: new Map<number, Views>(), float64: new Map<number, Views>() };

  constructor() {
    this.#module = compile('float32');
    this.memory = newMemory(tileAt(2 + maxSlots));
    const { buffer } = this.memory;
    this.#lanes = { float32: new Float32Array(buffer), float64: new Float64Array(buffer) };
    this.rules = engine()
      .Module.exports(this.#module)
      .map(e => e.name)
      .filter(name => name !== 'scale' && name !== 'decay' && name !== 'shrink')
      .map(kernelName);
  }

  /** The kernels for an element type, compiled when they are first asked for. */
  kernels(dtype: Dtype): Kernels {
    const kernels = this.#kernels[dtype];
    if (kernels !== undefined) return kernels;
    const made = this.#instantiate(dtype);
    this.#kernels[dtype] = made;
    return made;
  }

  #instantiate(dtype: Dtype): Kernels {
    const module = dtype === 'float32' ? this.#module : compile(dtype);
    try {
      const { exports } = new (engine().Instance)(module, { env: { memory: this.memory } });
      const of = (name: string): Export => {
        if (typeof exports[name] !== 'function') throw new Error(`no ${name}`);
        return exports[name] as Export;
      };
      const made: Kernels = {
        scale: of('scale'),
        decay: of('decay'),
        shrink: of('shrink'),
        rules: this.rules.map(name => of(exportName(name))),
      };
      // The modules of the two types have the same exports; only what they compute tells them apart.
      const { coefficients, p, g } = this.tiles;
      const lanes = this.lanes(dtype);
      lanes[coefficients / sizeOf(dtype)] = 2;
      lanes[g / sizeOf(dtype)] = 3;
      made.scale(vectorBytes, coefficients, p, g, 0, 0, 0);
      if (lanes[g / sizeOf(dtype)] !== 6) throw new Error(`they are not those for ${dtype}`);
      return made;
    } catch (cause) {
      throw new BackendError(
        'ERR_LANESTEP_BACKEND',
        `The WebAssembly kernels are not lanestep's: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /** All of the memory as numbers of a type. */
  lanes(dtype: Dtype): FloatArray {
    return this.#lanes[dtype];
  }

  /** So many elements of each tile that is read back; the same views for all chunks of that length. */
  views(dtype: Dtype, length: number): Views {
    const known = this.#views[dtype].get(length);
    if (known !== undefined) return known;
    const at = (tile: number) => viewInto(this.memory.buffer, dtype, tile, length);
    const views = { p: at(this.tiles.p), slots: this.tiles.slots.map(at) };
    this.#views[dtype].set(length, views);
    return views;
  }

  prepare(params: readonly FloatArray[], kept: Uint8Array): Kernel {
    return new WasmKernel(this, params, kept);
  }
}

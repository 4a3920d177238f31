/** The WebAssembly build: slots live in its memory, parameters and gradients come and go through tiles. */
import { BackendError } from '../errors.js';
import { dtypeOf, lengthOf, newArray, sizeOf, viewOf } from '../memory.js';
import { room } from '../room.js';
import type { Dtype, FloatArray } from '../types.js';
import { type Backend, type Kernel, maxSlots, row, skipped } from './backend.js';
import { Heap } from './heap.js';
import { bytes } from './kernels.generated.js';
import { engine, type Module } from './webassembly.js';

type Export = (bytes: number, c: number, p: number, g: number, s0: number, s1: number, s2: number) => void;

interface Kernels {
  readonly scale: Export;
  readonly decay: Export;
  readonly shrink: Export;
  readonly rules: readonly Export[];
}

/** Bytes of a tile: a parameter's stretch, or a gradient's. Smaller tiles spend their time between the two languages. */
export const tileBytes = 131072;

const vectorBytes = 16;
const padded = (bytes: number) => Math.ceil(bytes / vectorBytes) * vectorBytes;

// An export has a name of letters: `tfjs$rmsprop_centered` is the kernel `tfjs-rmsprop.centered`.
const kernelName = (name: string) => name.replaceAll('_', '.').replaceAll('$', '-');
const exportName = (name: string) => name.replaceAll('.', '_').replaceAll('-', '$');

const provided: Partial<Record<Dtype, Module>> = {};

/**
 * Gives lanestep its WebAssembly modules, for runtimes that compile none from bytes (Cloudflare Workers): import
 * `lanestep/kernels-f32.wasm` (and `-f64.wasm` for Float64Array) there and pass them before the first optimizer is made.
 */
export function provideKernels(modules: { float32?: Module; float64?: Module }): void {
  Object.assign(provided, modules);
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
}

class Tensor {
  readonly dtype: Dtype;
  readonly size: number;
  readonly length: number;
  readonly chunks: Chunk[] = [];
  readonly slots: number[] = [];
  p: FloatArray;
  gradient: FloatArray | null = null;
  gradientChunks: FloatArray[] = [];
  /** Where the chunks are read at the next step, if not where they are written. */
  sourceChunks: FloatArray[] | null = null;

  constructor(p: FloatArray) {
    this.dtype = dtypeOf(p)!;
    this.size = sizeOf(this.dtype);
    this.length = lengthOf(p);
    this.p = p;
    const tile = tileBytes / this.size;
    for (let from = 0; from < this.length; from += tile) {
      const to = Math.min(from + tile, this.length);
      this.chunks.push({ from, to, p: viewOf(p, this.dtype, from, to) });
    }
  }

  get slotBytes(): number {
    return padded(this.length * this.size);
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

// What a kernel has of the heap; not the kernel itself, which must be free to be collected.
interface Slabs {
  readonly heap: Heap;
  readonly list: [at: number, bytes: number][];
}

function free({ heap, list }: Slabs): void {
  for (const [at, bytes] of list.splice(0)) heap.release(at, bytes);
}

const collected = typeof FinalizationRegistry === 'undefined' ? null : new FinalizationRegistry(free);

class WasmKernel implements Kernel {
  readonly rows: Float64Array;
  readonly rowOf: Uint32Array;
  readonly ruleOf: Uint32Array;
  readonly #backend: WasmBackend;
  readonly #tensors: Tensor[];
  readonly #slabs: Slabs;

  constructor(backend: WasmBackend, params: readonly FloatArray[], kept: Uint8Array) {
    this.#backend = backend;
    const places = (): Uint32Array =>
      room('the tensors of an optimizer', () => new Uint32Array(params.length));
    this.rows = newArray('float64', params.length * row.length) as Float64Array;
    this.rowOf = places();
    this.ruleOf = places();
    this.#tensors = params.map(p => new Tensor(p));
    this.#slabs = { heap: backend.heap, list: [] };
    try {
      this.#tensors.forEach((tensor, i) => {
        backend.kernels(tensor.dtype);
        for (let k = 0; k < maxSlots; k++) {
          const at = kept[i * maxSlots + k] ? backend.heap.allocate(tensor.slotBytes) : 0;
          if (at) this.#slabs.list.push([at, tensor.slotBytes]);
          tensor.slots.push(at);
        }
      });
    } catch (error) {
      free(this.#slabs);
      throw error;
    }
    collected?.register(this, this.#slabs, this);
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

  #update(tensor: Tensor, at: number, kernels: Kernels, ruleIndex: number): void {
    const { rows } = this;
    const { coefficients, p, g } = this.#backend.tiles;
    const lanes = this.#backend.view(tensor.dtype);
    const { size } = tensor;
    for (let k = 0; k < row.length; k++) lanes[coefficients / size + k] = rows[at + k]!;

    const rule = kernels.rules[ruleIndex]!;
    const [s0, s1, s2] = tensor.slots as [number, number, number];
    const scales = rows[at + row.gradientFactor] !== 1;
    const decays = rows[at + row.decayRate] !== 0;
    const shrinks = rows[at + row.shrinkKeep] !== 1;
    for (let c = 0; c < tensor.chunks.length; c++) {
      const chunk = tensor.chunks[c]!;
      lanes.set(tensor.sourceChunks?.[c] ?? chunk.p, p / size);
      lanes.set(tensor.gradientChunks[c]!, g / size);
      const length = chunk.to - chunk.from;
      const n = padded(length * size);
      const o = chunk.from * size;
      if (scales) kernels.scale(n, coefficients + row.gradientFactor * size, p, g, 0, 0, 0);
      if (decays) kernels.decay(n, coefficients + row.decayRate * size, p, g, 0, 0, 0);
      if (shrinks) kernels.shrink(n, coefficients + row.shrinkKeep * size, p, g, 0, 0, 0);
      rule(n, coefficients + row.coefficients * size, p, g, s0 + o, s1 + o, s2 + o);
      chunk.p.set(lanes.subarray(p / size, p / size + length));
    }
    tensor.sourceChunks = null;
  }

  read(tensor: number, slot: number, into: FloatArray, from: number): void {
    into.set(this.#slot(tensor, slot, from, lengthOf(into)));
  }

  write(tensor: number, slot: number, values: FloatArray, at: number): void {
    this.#slot(tensor, slot, at, lengthOf(values)).set(values);
  }

  #slot(index: number, slot: number, from: number, length: number): FloatArray {
    const { dtype, size, slots } = this.#tensors[index]!;
    const at = slots[slot]! / size + from;
    return this.#backend.view(dtype).subarray(at, at + length);
  }

  dispose(): void {
    collected?.unregister(this);
    free(this.#slabs);
    this.#tensors.splice(0);
  }
}

/** The WebAssembly kernels over one memory; one of these serves a thread. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly instructionSet = 'simd128';
  readonly threads = 1;
  readonly rules: readonly string[];
  readonly heap: Heap;
  readonly tiles: { readonly coefficients: number; readonly p: number; readonly g: number };
  readonly #module: Module;
  readonly #kernels: Partial<Record<Dtype, Kernels>> = {};
  readonly #views: Partial<Record<Dtype, FloatArray>> = {};
  #generation = -1;

  constructor() {
    this.#module = compile('float32');
    this.heap = new Heap();
    this.rules = engine()
      .Module.exports(this.#module)
      .map(e => e.name)
      .filter(name => name !== 'scale' && name !== 'decay' && name !== 'shrink')
      .map(kernelName);
    this.tiles = {
      coefficients: this.heap.allocate(row.length * 8),
      p: this.heap.allocate(tileBytes),
      g: this.heap.allocate(tileBytes),
    };
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
      const { exports } = new (engine().Instance)(module, { env: { memory: this.heap.memory } });
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
      const lanes = this.view(dtype);
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
  view(dtype: Dtype): FloatArray {
    if (this.#generation !== this.heap.generation) {
      this.#generation = this.heap.generation;
      delete this.#views.float32;
      delete this.#views.float64;
    }
    this.#views[dtype] ??=
      dtype === 'float32'
        ? new Float32Array(this.heap.buffer, 0, Math.floor(this.heap.buffer.byteLength / 4))
        : new Float64Array(this.heap.buffer, 0, Math.floor(this.heap.buffer.byteLength / 8));
    return this.#views[dtype]!;
  }

  prepare(params: readonly FloatArray[], kept: Uint8Array): Kernel {
    return new WasmKernel(this, params, kept);
  }
}

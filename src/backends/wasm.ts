/** The WebAssembly build: parameters, gradients and slots come and go through tiles in its memory. */
import type { Dtype, FloatArray } from '../types.js';
import { type Backend, type Grids, type Kernel, newtonSchulz } from './backend.js';
import type { Memory, Module } from './wasm/engine.js';
import { Kernels, variantsOf } from './wasm/exports.js';
import { WasmKernel } from './wasm/kernel.js';
import { compile } from './wasm/modules.js';
import { Tiles } from './wasm/tiles.js';

/** The WebAssembly kernels over one memory; one of these serves a thread. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly instructionSet = 'simd128';
  readonly threads = 1;
  readonly variants: readonly string[];
  readonly #module: Module;
  readonly #kernelNames: readonly string[];
  readonly #tiles: Tiles;
  readonly #kernels: Partial<Record<Dtype, Kernels>> = {};

  constructor() {
    this.#module = compile('float32');
    this.#tiles = new Tiles();
    this.#kernelNames = variantsOf(this.#module);
    // Which is made of products here, in TypeScript, and has no export of its own.
    this.variants = [...this.#kernelNames, newtonSchulz];
  }

  get memory(): Memory {
    return this.#tiles.memory;
  }

  /** The kernels for an element type, compiled when they are first asked for. */
  readonly kernels = (dtype: Dtype): Kernels => {
    const module = () => (dtype === 'float32' ? this.#module : compile(dtype));
    this.#kernels[dtype] ??= new Kernels(module(), dtype, this.#kernelNames, this.#tiles);
    return this.#kernels[dtype];
  };

  prepare(params: readonly FloatArray[], kept: Uint8Array, grids: Grids = [], whole = false): Kernel {
    const work = whole ? this.variants.indexOf(newtonSchulz) : null;
    return new WasmKernel(this.#tiles, this.kernels, params, kept, grids, work);
  }
}

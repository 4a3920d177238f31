/** The WebAssembly build: parameters, gradients and slots come and go through tiles in its memory. */

import { commonKernels } from '../kernels.generated.js';
import { dtypeOf } from '../memory.js';
import type { KernelModules } from '../rule.js';
import type { Dtype, FloatArray } from '../types.js';
import { type Backend, type Grids, type Kernel, newtonSchulz } from './backend.js';
import type { Memory } from './wasm/engine.js';
import { Kernels, variantsOf } from './wasm/exports.js';
import { WasmKernel } from './wasm/kernel.js';
import { compile } from './wasm/modules.js';
import { Tiles } from './wasm/tiles.js';
import type { Work, wholeMatrices } from './wasm/whole.js';

/** The WebAssembly kernels over one memory; one of these serves a thread. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly instructionSet = 'simd128';
  readonly threads = 1;
  // Which is made of products here, in TypeScript, and has no export of its own.
  readonly variants = [newtonSchulz as string];
  // By the numbers of variants: the modules that have them.
  readonly #known: (KernelModules | null)[] = [null];
  #work: Work | null = null;
  readonly #tiles: Tiles;
  readonly #kernels: Partial<Record<Dtype, Kernels>> = {};

  /** @param kernels that are to be there before anything brings them along */
  constructor(kernels: readonly KernelModules[] = []) {
    // What compiles nothing is told so, before memory is asked for.
    compile(commonKernels[0]!, 'float32');
    this.#tiles = new Tiles();
    this.#bring([...commonKernels, ...kernels]);
    this.kernels('float32');
  }

  get memory(): Memory {
    return this.#tiles.memory;
  }

  #bring(kernels: readonly KernelModules[]): void {
    for (const modules of kernels) {
      if (this.#known.includes(modules)) continue;
      if ('work' in modules) this.#work = (modules as typeof wholeMatrices).work;
      for (const name of variantsOf(modules)) {
        this.variants.push(name);
        this.#known.push(modules);
      }
    }
  }

  /** The kernels for an element type, those of the stages first. */
  readonly kernels = (dtype: Dtype): Kernels => {
    this.#kernels[dtype] ??= new Kernels(dtype, this.#tiles, this.variants, this.#known);
    return this.#kernels[dtype];
  };

  prepare(
    params: readonly FloatArray[],
    kept: Uint8Array,
    grids: Grids = [],
    whole = false,
    kernels: readonly KernelModules[] = [],
  ): Kernel {
    this.#bring(kernels);
    // What is wrong with them shows before anything is done with a tensor.
    for (const dtype of new Set(params.map(p => dtypeOf(p)!)))
      for (const modules of kernels) this.kernels(dtype).link(modules);
    const index = whole ? this.variants.indexOf(newtonSchulz) : null;
    return new WasmKernel(this.#tiles, this.kernels, params, kept, grids, this.#work, index);
  }
}

/** The compiled modules: out of the package, or what a runtime gives that compiles nothing from bytes. */
import { BackendError, OptionError, show } from '../../errors.js';
import type { KernelModules } from '../../rule.js';
import type { Dtype } from '../../types.js';
import { engine, type Module } from './engine.js';

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

/** A module for an element type; where one was provided, it has all kernels. */
export function compile(kernels: KernelModules, dtype: Dtype): Module {
  const { Module } = engine();
  try {
    return (
      provided[dtype] ??
      new Module(Uint8Array.from(kernels[dtype].match(/../g)!, two => Number.parseInt(two, 16)))
    );
  } catch (cause) {
    throw new BackendError(
      'ERR_LANESTEP_BACKEND',
      `The WebAssembly kernels do not compile here (they need SIMD, and leave to compile): ${(cause as Error).message}`,
      { cause },
    );
  }
}

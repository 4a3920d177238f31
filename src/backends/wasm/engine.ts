/**
 * The engine's WebAssembly, typed as far as it is used here: the types of TypeScript's DOM library are not everybody's,
 * and `--jitless` takes the whole object away.
 */
import { BackendError } from '../../errors.js';

/** A memory. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** A compiled module; what a runtime gives for an imported `.wasm` file. */
export type Module = object;

interface Engine {
  readonly Module: { new (bytes: Uint8Array): Module; exports(module: Module): { readonly name: string }[] };
  readonly Instance: new (
    module: Module,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: { initial: number; maximum: number }) => Memory;
}

/** The engine's WebAssembly, or a BackendError where there is none. */
export function engine(): Engine {
  const { WebAssembly } = globalThis as { WebAssembly?: Engine };
  if (WebAssembly !== undefined) return WebAssembly;
  throw new BackendError('ERR_LANESTEP_BACKEND', 'This runtime has no WebAssembly (--jitless takes it away)');
}

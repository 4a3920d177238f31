// What the doctor finds; also the shape of `lanestep doctor --json`.
import type { BackendInfo } from '../../backend.js';
import type { Bandwidth } from './bandwidth.js';
import type { Flags } from './flags.js';
import type { Machine } from './machine.js';
import type { Native } from './native.js';
import type { SelfTest } from './self-test.js';
import type { Variable } from './variables.js';

/** The WebAssembly backend here. */
export interface Wasm {
  readonly loaded: boolean;
  /** `simd128`, which the kernels need; null where they do not load. */
  readonly instructionSet: string | null;
  readonly reason: string | null;
}

/** What an optimizer runs on here, or what it throws. */
export type Used = BackendInfo | { readonly error: string };

/** The whole report. */
export interface Report {
  /** Grows when a field changes its meaning. */
  readonly schema: 1;
  readonly machine: Machine;
  readonly native: Native;
  readonly wasm: Wasm;
  readonly used: Used;
  readonly flags: Flags;
  readonly variables: readonly Variable[];
  readonly selfTest: SelfTest;
  /** Measurements, or why there are none. */
  readonly bandwidth: readonly Bandwidth[] | string;
  readonly remedies: readonly string[];
  /** `native` and `wasm` are fine, `wrong` and `none` are not. */
  readonly verdict: 'native' | 'wasm' | 'wrong' | 'none';
}

/** Picks native, else WASM; remembers the choice and the reason. */
import type { Backend } from './backends/backend.js';
import { WasmBackend } from './backends/wasm.js';
import { BackendError, OptionError, show } from './errors.js';

/** Which backend an optimizer runs on: `auto` is native where it loads, else WASM. */
export type BackendChoice = 'auto' | 'native' | 'wasm';

/** What runs the rules. */
export interface BackendInfo {
  /** The backend. */
  readonly name: 'native' | 'wasm';
  /** `avx512`, `avx2`, `sse2` or `neon` on native, `simd128` on WASM. */
  readonly instructionSet: string;
  /** The most threads that a step uses; small steps use one. */
  readonly threads: number;
  /** Why native is not used; absent where it is. */
  readonly reason?: string;
}

/** A native backend that can also be told how many threads to use. */
export interface ThreadedBackend extends Backend {
  setThreads(threads: number): void;
}

/** The native backend, where an entry has it. */
export interface Native {
  /** It, or why it is not to be had. */
  found(): ThreadedBackend | BackendError;
  /** Says why WebAssembly takes its place, to who wants to know. */
  missed(reason: BackendError): void;
}

let native: Native = {
  // It may yet be provided, by an entry that is loaded later.
  found: () => new BackendError('ERR_LANESTEP_BACKEND', 'this entry of the package has WebAssembly only'),
  missed: () => undefined,
};
// What a choice comes to; browsers have no variables that would have a say.
let wantedHere = (choice: BackendChoice): BackendChoice => choice;
let wasm: WasmBackend | null = null;

/** Makes the native backend known. The entry for Node does; the entry for everything else does not. */
export function provideFound(given: Native): void {
  native = given;
}

/** Makes known what variables of the environment make of a choice. They are looked at whether they matter to it or not. */
export function provideWanted(given: typeof wantedHere): void {
  wantedHere = given;
}

function wantedBy(choice: BackendChoice): BackendChoice {
  if (choice !== 'auto' && choice !== 'native' && choice !== 'wasm') {
    throw new OptionError(`Expected 'auto', 'native' or 'wasm' for backend, got ${show(choice)}`);
  }
  return wantedHere(choice);
}

const notToBeHad = (cause: BackendError): BackendError =>
  new BackendError(cause.code, `The native backend was asked for: ${cause.message}`, { cause });

/** The backend of a choice. */
export function pick(choice: BackendChoice = 'auto'): Backend {
  const wanted = wantedBy(choice);
  if (wanted !== 'wasm') {
    const found = native.found();
    if (!(found instanceof BackendError)) return found;
    if (wanted === 'native') throw notToBeHad(found);
    native.missed(found);
  }
  wasm ??= new WasmBackend();
  return wasm;
}

/** A choice as `lanestep/wasm` takes it: WebAssembly, whatever another entry in this process has made known. */
export function chooseWasm(choice: BackendChoice = 'auto'): 'wasm' {
  if (wantedBy(choice) !== 'native') return 'wasm';
  throw notToBeHad(new BackendError('ERR_LANESTEP_BACKEND', 'lanestep/wasm has WebAssembly only'));
}

const wasmOnly = Symbol('WebAssembly only');

/** A class like this one, named like it, whose instances run on WebAssembly only. */
// biome-ignore lint/suspicious/noExplicitAny: what TypeScript asks of a class that is extended unseen
export function confine<Class extends new (...args: any[]) => object>(Free: Class): Class {
  const Confined = class extends Free {
    static readonly [wasmOnly] = true;
  };
  return Object.defineProperty(Confined, 'name', { value: Free.name });
}

/** The class that a confined one is made of; null for one that is free. */
export const freeOf = (Class: object): object | null =>
  typeof Class === 'function' && wasmOnly in Class ? Object.getPrototypeOf(Class) : null;

/** What a choice comes to for an instance of a class. */
export const choiceFor = (Class: object, choice: BackendChoice = 'auto'): BackendChoice =>
  wasmOnly in Class ? chooseWasm(choice) : choice;

/**
 * What runs the rules: the backend of a choice, by default the one that optimizers use by themselves.
 *
 * @throws BackendError where `native` is asked for and is not to be had, or an environment variable has an unknown value
 */
export function backend(choice: BackendChoice = 'auto'): BackendInfo {
  const { name, instructionSet, threads } = pick(choice);
  if (name === 'native') return { name, instructionSet, threads };
  const reason =
    choice === 'wasm'
      ? 'WebAssembly was asked for'
      : wantedHere(choice) === 'wasm'
        ? 'LANESTEP_BACKEND is wasm'
        : (native.found() as BackendError).message;
  return { name, instructionSet, threads, reason };
}

/**
 * Sets how many threads a step on the native backend may use, in this thread of JavaScript. Results do not depend on it.
 * The default is one a core; steps too small to gain by it use one all the same. On WASM, which has one, it has no effect.
 *
 * @param threads a whole number from 1 to 256
 * @throws OptionError for anything else, BackendError where an environment variable has an unknown value
 */
export function setThreads(threads: number): void {
  checkThreads(threads);
  const found = native.found();
  if (!(found instanceof BackendError)) found.setThreads(threads);
}

/** Refuses what no backend takes for a number of threads, and variables that say what cannot be. */
export function checkThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new OptionError(`Expected a whole number from 1 to 256 for threads, got ${show(threads)}`);
  }
  wantedHere('wasm');
}

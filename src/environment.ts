/** What the surroundings say: environment variables, and a way to warn. The only file that reads them. */
import { BackendError, show } from './errors.js';

interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly emitWarning?: (text: string, options: { code: string; type: string }) => void;
}

// There is no `process` in a browser, and Deno asks the user before it shows a variable.
const surroundings = (): Surroundings => (globalThis as { process?: Surroundings }).process ?? {};

/** The value of a variable; undefined where it is not set, is empty, or may not be read. */
export function variable(name: string): string | undefined {
  try {
    return surroundings().env?.[name] || undefined;
  } catch {
    return undefined;
  }
}

/** The names of the variables that begin so and are set. */
export function variablesBeginning(prefix: string): string[] {
  return Object.keys(surroundings().env ?? {})
    .filter(name => name.startsWith(prefix) && variable(name) !== undefined)
    .sort();
}

function refuse(name: string, expected: string, value: string): never {
  throw new BackendError('ERR_LANESTEP_ENVIRONMENT', `Expected ${expected} for ${name}, got ${show(value)}`);
}

/** `LANESTEP_BACKEND`: native, wasm or auto (the default). */
export function wantedBackend(): 'auto' | 'native' | 'wasm' {
  const value = variable('LANESTEP_BACKEND') ?? 'auto';
  if (value === 'auto' || value === 'native' || value === 'wasm') return value;
  return refuse('LANESTEP_BACKEND', 'auto, native or wasm', value);
}

const instructionSets = ['avx512', 'avx2', 'sse2', 'neon'];

/** `LANESTEP_ISA`: the name of an instruction set of the native backend; undefined for the best. */
export function wantedInstructionSet(): string | undefined {
  const value = variable('LANESTEP_ISA');
  return value === undefined || instructionSets.includes(value)
    ? value
    : refuse('LANESTEP_ISA', `one of ${instructionSets.join(', ')}`, value);
}

/**
 * `LANESTEP_DISABLE_ISA`: names of instruction sets that the native backend must not use, between commas. The addon reads it
 * itself, once, when it is loaded (`native/dispatch.cc`).
 */
export function disabledInstructionSets(): readonly string[] {
  const value = variable('LANESTEP_DISABLE_ISA');
  const names = value?.split(',') ?? [];
  return names.every(name => instructionSets.includes(name))
    ? names
    : refuse('LANESTEP_DISABLE_ISA', `names out of ${instructionSets.join(', ')}, between commas,`, value!);
}

/** `LANESTEP_NUM_THREADS`: a whole number from 1 to 256; undefined for one thread a core. */
export function wantedThreads(): number | undefined {
  const value = variable('LANESTEP_NUM_THREADS');
  if (value === undefined) return undefined;
  const threads = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  return threads >= 1 && threads <= 256
    ? threads
    : refuse('LANESTEP_NUM_THREADS', 'a whole number from 1 to 256', value);
}

/** What the variables say. All are checked, whichever backend is in use: one that is wrong today matters tomorrow. */
export function wantedOfAll() {
  return {
    backend: wantedBackend(),
    instructionSet: wantedInstructionSet(),
    disabled: disabledInstructionSets(),
    threads: wantedThreads(),
  };
}

/** What a choice of a backend comes to, after all variables were checked. */
export function wantedBy(choice: 'auto' | 'native' | 'wasm'): 'auto' | 'native' | 'wasm' {
  const { backend, instructionSet } = wantedOfAll();
  if (choice !== 'auto') return choice;
  if (backend === 'wasm' && instructionSet !== undefined) {
    throw new BackendError(
      'ERR_LANESTEP_ENVIRONMENT',
      'Expected no LANESTEP_ISA with LANESTEP_BACKEND=wasm, which has one instruction set',
    );
  }
  return backend;
}

/** Tells the process' owner something once; nothing where there is no one to tell. */
export function warn(text: string, code = 'LANESTEP_WASM'): void {
  surroundings().emitWarning?.(text, { code, type: 'LanestepWarning' });
}

const warned = new Set<string>();

/** As `warn`, for the first time that it has this code. */
export function warnOnce(text: string, code: string): void {
  if (!warned.has(code)) warn(text, code);
  warned.add(code);
}

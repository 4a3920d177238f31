/** Memory that a step off the JavaScript thread may use: it must not be taken away while the step is under way. */
import { BackendError, OptionError, ShapeError, show } from './errors.js';
import { bufferOf, isShared } from './memory.js';
import type { FloatArray } from './types.js';

/** What can make the memory of an ArrayBuffer untransferable. */
export interface Pinning {
  /** Why nothing here keeps memory from being transferred; null where it can be kept. */
  readonly missing: string | null;
  /** Whether a buffer can be transferred now, as one of a WebAssembly memory cannot, which `grow` takes away all the same. */
  transferable(buffer: ArrayBuffer): boolean;
  /** Makes a buffer untransferable for good. */
  pin(buffer: ArrayBuffer): void;
}

let pinning: Pinning | null = null;

/** Makes known what can pin memory. The entry for Node calls it. */
export function providePinning(given: Pinning): void {
  pinning = given;
}

// What was pinned here: once it is, it cannot be told from what somebody else has made untransferable.
const pinned = new WeakSet<ArrayBufferLike>();

/** Throws unless the option is true or false, and memory can be pinned where it is true. */
export function checkUntransferable(value: unknown): void {
  if (typeof value !== 'boolean')
    throw new OptionError(`Expected true or false for untransferable, got ${show(value)}`);
  if (value && pinning?.missing) {
    throw new BackendError(
      'ERR_LANESTEP_BACKEND',
      `Expected untransferable: true where memory can be kept from being transferred, but ${pinning.missing}; ` +
        'leave it out, and let the arrays that stepAsync works on be views of a SharedArrayBuffer',
    );
  }
}

/**
 * Throws unless nothing can take these arrays away: they are views of a SharedArrayBuffer, or may be made untransferable,
 * which is then done. All are looked at before any is changed.
 *
 * @param arrays with their names in messages
 * @param allowed whether ordinary buffers may be made untransferable
 */
export function pinAll(arrays: readonly (readonly [FloatArray, string])[], allowed: boolean): void {
  const ordinary = arrays.filter(([array]) => !isShared(bufferOf(array)) && !pinned.has(bufferOf(array)));
  for (const [array, name] of ordinary) {
    if (!allowed) {
      throw new ShapeError(
        'ERR_LANESTEP_PINNED',
        `Expected ${name} to have memory that cannot be taken away during stepAsync, got an ArrayBuffer; make it a view of a ` +
          'SharedArrayBuffer, or construct the optimizer with untransferable: true',
      );
    }
    if (pinning && !pinning.transferable(bufferOf(array) as ArrayBuffer)) {
      throw new ShapeError(
        'ERR_LANESTEP_PINNED',
        `Expected ${name} to have an ordinary ArrayBuffer, got one of a WebAssembly.Memory, of Buffer's pool, or one that ` +
          'somebody else has made untransferable; copy it into a SharedArrayBuffer',
      );
    }
  }
  for (const [array] of ordinary) {
    const buffer = bufferOf(array);
    if (pinned.has(buffer)) continue;
    pinning?.pin(buffer as ArrayBuffer);
    pinned.add(buffer);
  }
}

/**
 * What lanestep asks of a typed array, through getters captured when this module was loaded: an own property `length`,
 * a subclass or another realm's array cannot make them lie, and calling them runs no code of the user's.
 */
import { ShapeError, show } from './errors.js';
import { room } from './room.js';
import type { Dtype, FloatArray } from './types.js';

const TypedArray = Object.getPrototypeOf(Float32Array.prototype);

function getter<T>(prototype: object, name: PropertyKey): (of: unknown) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  // An engine without the property (`resizable` before 2023) has nothing of the kind.
  return get ? Function.prototype.call.bind(get) : () => undefined as T;
}

/** The length; 0 once the memory is detached, transferred, or shrunk away. Throws on anything but a typed array. */
export const lengthOf = getter<number>(TypedArray, 'length') as (of: ArrayBufferView) => number;
const tagOf = getter<string | undefined>(TypedArray, Symbol.toStringTag);
/** The buffer under an array. */
export const bufferOf = getter<ArrayBufferLike>(TypedArray, 'buffer') as (
  of: ArrayBufferView,
) => ArrayBufferLike;
/** Where in its buffer an array begins, in bytes. */
export const offsetOf = getter<number>(TypedArray, 'byteOffset') as (of: ArrayBufferView) => number;

const isResizable = getter<boolean | undefined>(ArrayBuffer.prototype, 'resizable');
const isGrowable =
  typeof SharedArrayBuffer === 'undefined'
    ? () => false
    : getter<boolean | undefined>(SharedArrayBuffer.prototype, 'growable');
const byteLength = getter<number>(ArrayBuffer.prototype, 'byteLength');

/** `float32` or `float64`, or null for whatever lanestep does not update. */
export function dtypeOf(value: unknown): Dtype | null {
  const tag = tagOf(value);
  return tag === 'Float32Array' ? 'float32' : tag === 'Float64Array' ? 'float64' : null;
}

/** Whether a value is a Uint8Array. */
export const isBytes = (value: unknown): value is Uint8Array => tagOf(value) === 'Uint8Array';

/** Bytes of one element. */
export const sizeOf = (dtype: Dtype): 4 | 8 => (dtype === 'float32' ? 4 : 8);

/** A new zeroed array; a BackendError where there is no memory for it. */
export const newArray = (dtype: Dtype, length: number): FloatArray =>
  room(
    () => `${length} elements of ${dtype}`,
    () => (dtype === 'float32' ? new Float32Array(length) : new Float64Array(length)),
  );

const transfer = (ArrayBuffer.prototype as { transfer?: (length: number) => unknown }).transfer;

/** Gives the memory of an array of ours back at once; where the engine has no way to, when it is collected. */
export function giveBack(array: FloatArray): void {
  transfer?.call(bufferOf(array), 0);
}

/** A view of an array's elements [from, to), of this realm and no subclass. */
export function viewOf(array: FloatArray, dtype: Dtype, from: number, to: number): FloatArray {
  return viewInto(bufferOf(array), dtype, offsetOf(array) + from * sizeOf(dtype), to - from);
}

/** So many elements of a buffer, from this byte on. */
export const viewInto = (
  buffer: ArrayBufferLike,
  dtype: Dtype,
  offset: number,
  length: number,
): FloatArray =>
  dtype === 'float32' ? new Float32Array(buffer, offset, length) : new Float64Array(buffer, offset, length);

/** A copy of an array, of this realm and no subclass. */
export function copyOf(array: FloatArray): FloatArray {
  const dtype = dtypeOf(array)!;
  const copy = newArray(dtype, lengthOf(array));
  // Of the memory itself: a subclass may have a `set` of its own, but not this copy.
  copy.set(viewOf(array, dtype, 0, lengthOf(array)));
  return copy;
}

/** How an array is named in a message: `Float32Array(10)`. */
export function describe(value: unknown): string {
  const tag = tagOf(value);
  return tag === undefined ? show(value) : `${tag}(${lengthOf(value as FloatArray)})`;
}

const known = new WeakSet<ArrayBufferLike>();

/**
 * Whether a buffer is a SharedArrayBuffer. By the getter that refuses those: a tag or a prototype could be set by anyone,
 * and could run their code. The refusal takes microseconds, so it is asked for once a buffer.
 */
export function isShared(buffer: ArrayBufferLike): boolean {
  if (known.has(buffer)) return true;
  try {
    byteLength(buffer);
    return false;
  } catch {
    known.add(buffer);
    return true;
  }
}

/**
 * Whether an array that was looked at before, with this length, still has its memory. In a third of the time that its length takes:
 * an array over a buffer of fixed size has its last element, or none once its memory is gone. An index is never looked for in
 * a class or a prototype, and nobody can define it.
 */
export const isThere = (array: FloatArray, length: number): boolean =>
  length === 0 || array[length - 1] !== undefined;

/** Whether an array's memory stays: it is there, and its buffer has a fixed size. */
export function isLasting(array: FloatArray, buffer = bufferOf(array)): boolean {
  if (isShared(buffer)) return !isGrowable(buffer);
  return !isResizable(buffer) && !(lengthOf(array) === 0 && isDetached(buffer));
}

/** Refuses memory that can be taken away or resized under a registered pointer. */
export function checkMemory(array: FloatArray, name: string): void {
  if (isLasting(array)) return;
  const buffer = bufferOf(array);
  if (isShared(buffer) || isResizable(buffer)) {
    throw new ShapeError(
      'ERR_LANESTEP_RESIZABLE',
      `Expected ${name} to have a buffer of fixed size, got a resizable one; copy it with new ${tagOf(array)}(${name})`,
    );
  }
  throw detached(name);
}

// Only a detached buffer refuses a view of its first zero bytes.
function isDetached(buffer: ArrayBufferLike): boolean {
  if (byteLength(buffer) !== 0) return false;
  try {
    new Uint8Array(buffer, 0, 0);
    return false;
  } catch {
    return true;
  }
}

/** The error for an array whose memory is gone. */
export function detached(name: string): ShapeError {
  return new ShapeError(
    'ERR_LANESTEP_DETACHED',
    `Expected ${name} to keep its memory, but it was detached or resized (by a transfer, structuredClone, or ` +
      'WebAssembly.Memory.grow); pass live arrays, and move parameters to new ones with rebind(), which keeps the state',
  );
}

/** Arrays that cannot stand where a `Float32Array(5)` should, whatever they look like. */

import vm from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import type { FloatArray } from '../walk.js';
import type { Code, Wrong } from './case.js';

export const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
export const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

/** The same numbers over shared memory. */
export function shared<A extends FloatArray>(array: A): A {
  const Class = array.constructor as new (buffer: SharedArrayBuffer) => A;
  const copy = new Class(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

/** Transfers an array's memory away. */
export function detach({ buffer }: ArrayBufferView): void {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

/** The ways in which memory is taken from under an array, each with an array that it will befall. */
export const thefts: Record<string, () => { array: Float32Array; steal: () => void }> = {
  structuredClone: () => {
    const array = f32(1, 2, 3, 4, 5);
    return { array, steal: () => detach(array) };
  },
  postMessage: () => {
    const array = f32(1, 2, 3, 4, 5);
    const { port1 } = new MessageChannel();
    return {
      array,
      steal: () => {
        port1.postMessage(array, [array.buffer as ArrayBuffer]);
        port1.close();
      },
    };
  },
  'WebAssembly.Memory.grow': () => {
    const { WebAssembly } = globalThis as Wrong;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    return { array: new Float32Array(memory.buffer, 16, 5), steal: () => memory.grow(1) };
  },
  ...('transfer' in ArrayBuffer.prototype && {
    'ArrayBuffer.prototype.transfer': () => {
      const array = f32(1, 2, 3, 4, 5);
      return { array, steal: () => (array.buffer as Wrong).transfer() };
    },
  }),
};

const stolen = (theft: string): Float32Array => {
  const { array, steal } = thefts[theft]!();
  steal();
  return array;
};

export const resizable = (bytes: number, most: number): ArrayBuffer =>
  new (ArrayBuffer as Wrong)(bytes, { maxByteLength: most });
export const growable = (bytes: number, most: number): SharedArrayBuffer =>
  new (SharedArrayBuffer as Wrong)(bytes, { maxByteLength: most });

/** An array, or a buffer, that claims to be something else. */
const lying = <T extends object>(value: T, claims: Record<string, unknown>, tag?: string): T => {
  for (const [key, claim] of Object.entries(claims)) Object.defineProperty(value, key, { value: claim });
  if (tag !== undefined) Object.defineProperty(value, Symbol.toStringTag, { value: tag });
  return value;
};

class Longer extends Float32Array {
  override get length() {
    return 5;
  }
}
const Disguised = { Float32Array: class Float32Array extends Float64Array {} }.Float32Array;

/** An array, or what is there instead of one. */
export interface BadArray {
  readonly title: string;
  readonly make: () => unknown;
  readonly code: Extract<Code, 'DTYPE' | 'LENGTH' | 'DETACHED' | 'RESIZABLE'>;
  /** How a message calls it. */
  readonly called?: string;
  /** Whether it can be good, where any length and both types are. */
  readonly fitsElsewhere?: true;
}

const dtype = (title: string, make: () => unknown, called?: string): BadArray => ({
  title,
  make,
  code: 'DTYPE',
  ...(called !== undefined && { called }),
});
const another = (code: 'DTYPE' | 'LENGTH', title: string, make: () => unknown, called: string): BadArray => ({
  title,
  make,
  code,
  called,
  fitsElsewhere: true,
});
const elastic = (title: string, make: () => unknown): BadArray => ({
  title,
  make,
  code: 'RESIZABLE',
  called: 'copy it with new Float',
});

export const badArrays: readonly BadArray[] = [
  dtype('an Int32Array', () => Int32Array.of(1, 2, 3, 4, 5), 'got Int32Array(5)'),
  dtype('a Uint8ClampedArray', () => new Uint8ClampedArray(5), 'got Uint8ClampedArray(5)'),
  dtype('a BigInt64Array', () => new BigInt64Array(5), 'got BigInt64Array(5)'),
  dtype('a Buffer', () => Buffer.alloc(20), 'got Uint8Array(20)'),
  ...('Float16Array' in globalThis
    ? [dtype('a Float16Array', () => new (globalThis as Wrong).Float16Array(5), 'got Float16Array(5)')]
    : []),
  dtype('a plain array', () => [1, 2, 3, 4, 5], 'got an array of 5'),
  dtype('a plain array whose length throws', () => {
    const get = (_: unknown, key: PropertyKey): never => {
      throw new Error(`asked for ${String(key)}`);
    };
    return new Proxy([1, 2, 3, 4, 5], { get });
  }),
  dtype('a DataView', () => new DataView(new ArrayBuffer(20)), 'got an object'),
  dtype('an ArrayBuffer', () => new ArrayBuffer(20), 'got an object'),
  dtype('a Proxy of an array', () => new Proxy(f32(1, 2, 3, 4, 5), {}), 'got an object'),
  dtype('a revoked Proxy', () => {
    const { proxy, revoke } = Proxy.revocable(f32(1, 2, 3, 4, 5), {});
    revoke();
    return proxy;
  }),
  dtype('an heir of an array', () => Object.create(f32(1, 2, 3, 4, 5)), 'got an object'),
  dtype(
    'an object that looks like an array',
    () => lying({}, { length: 5, byteLength: 20, buffer: new ArrayBuffer(20) }, 'Float32Array'),
    'got an object',
  ),
  dtype('integers under a false name', () => lying(new Int32Array(5), {}, 'Float32Array'), 'Int32Array(5)'),
  dtype(
    "integers with a false class' methods",
    () => Object.setPrototypeOf(new Int32Array(5), Float32Array.prototype),
    'Int32Array(5)',
  ),
  dtype("another realm's integers", () => vm.runInNewContext('new Int32Array(5)'), 'Int32Array(5)'),
  dtype('a number', () => 5, 'got 5'),
  dtype('zero', () => 0, 'got 0'),
  dtype('false', () => false, 'got false'),
  dtype('NaN', () => Number.NaN, 'got NaN'),
  dtype('a BigInt', () => 5n, 'got 5n'),
  dtype('a symbol', () => Symbol('w'), 'got Symbol(w)'),
  dtype('an empty text', () => '', 'got ""'),
  dtype('a text', () => 'weights', 'got "weights"'),
  dtype('a function', () => () => f32(1, 2, 3, 4, 5), 'got a function'),
  dtype('a promise', () => Promise.resolve(f32(1, 2, 3, 4, 5)), 'got a promise'),

  another('DTYPE', 'doubles', () => f64(1, 2, 3, 4, 5), 'got Float64Array(5)'),
  another('DTYPE', 'shared doubles', () => shared(f64(1, 2, 3, 4, 5)), 'got Float64Array(5)'),
  another(
    'DTYPE',
    'doubles under a false name',
    () => lying(f64(1, 2, 3, 4, 5), {}, 'Float32Array'),
    'got Float64Array(5)',
  ),
  another(
    'DTYPE',
    "doubles with a false class' methods",
    () => Object.setPrototypeOf(new Float64Array(5), Float32Array.prototype),
    'got Float64Array(5)',
  ),
  another('DTYPE', 'doubles of a class with a false name', () => new Disguised(5), 'got Float64Array(5)'),
  another(
    'DTYPE',
    "another realm's doubles",
    () => vm.runInNewContext('new Float64Array(5)'),
    'got Float64Array(5)',
  ),

  another('LENGTH', 'no elements', () => f32(), 'got Float32Array(0)'),
  another('LENGTH', 'an element too few', () => new Float32Array(4), 'got Float32Array(4)'),
  another('LENGTH', 'an element too many', () => new Float32Array(6), 'got Float32Array(6)'),
  another('LENGTH', 'a tail of what fits', () => new Float32Array(5).subarray(1), 'got Float32Array(4)'),
  another('LENGTH', 'one with a false length', () => lying(f32(1), { length: 5 }), 'got Float32Array(1)'),
  another(
    'LENGTH',
    'one with a false buffer',
    () => lying(f32(1), { buffer: new ArrayBuffer(20), byteLength: 20, byteOffset: 0 }),
    'got Float32Array(1)',
  ),
  another('LENGTH', 'one of a class with a false length', () => new Longer(4), 'got Float32Array(4)'),
  another(
    'LENGTH',
    "another realm's, too short",
    () => vm.runInNewContext('new Float32Array(4)'),
    'got Float32Array(4)',
  ),

  ...Object.keys(thefts).map(
    (theft): BadArray => ({
      title: `one that ${theft} has taken`,
      make: () => stolen(theft),
      code: 'DETACHED',
      called: 'live arrays',
    }),
  ),
  {
    title: 'one that was taken, with a false length',
    make: () => lying(stolen('structuredClone'), { length: 5, byteLength: 20 }),
    code: 'DETACHED',
    called: 'live arrays',
  },
  {
    title: "another realm's, taken",
    make: () => {
      const array = vm.runInNewContext('new Float32Array(5)');
      detach(array);
      return array;
    },
    code: 'DETACHED',
    called: 'live arrays',
  },

  elastic('a view of a resizable buffer', () => new Float32Array(resizable(20, 40), 0, 5)),
  elastic('a view that follows a resizable buffer', () => new Float32Array(resizable(20, 40))),
  elastic('a view that a shrunk buffer left', () => {
    const buffer = resizable(40, 40);
    const array = new Float32Array(buffer, 20, 5);
    (buffer as Wrong).resize(20);
    return array;
  }),
  elastic('a view of a growable shared buffer', () => new Float32Array(growable(20, 40), 0, 5)),
  elastic('a view that follows a growable shared buffer', () => new Float32Array(growable(20, 40))),
  elastic(
    'a view of a resizable buffer under a false name',
    () => new Float32Array(lying(resizable(20, 40), { resizable: false }, 'SharedArrayBuffer'), 0, 5),
  ),
  elastic(
    'a view of a growable buffer under a false name',
    () =>
      new Float32Array(
        Object.setPrototypeOf(
          lying(growable(20, 40), { growable: false }, 'ArrayBuffer'),
          ArrayBuffer.prototype,
        ),
        0,
        5,
      ),
  ),
];

// What lies around the arrays that lanestep is given stays as it was, to the byte, and so does what it may only read. A
// sanitizer sees none of this: the surroundings are memory of the same buffer.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, blockLength, newtonSchulz, row as rowOf } from '../src/backends/backend.js';
import { NativeBackend } from '../src/backends/native.js';
import { lanesLength, tileBytes, places as tiles } from '../src/backends/wasm/tiles.js';
import { WasmBackend } from '../src/backends/wasm.js';
import { loadAddon } from '../src/node/addon.js';
import { provideNative } from '../src/node/native.js';
import { jobOf } from '../src/reference/job-of.js';
import { sequences } from '../src/reference/sequences.js';
import { variants } from '../src/reference/variants.js';
import { backends, nativeMissing } from './backends.js';
import { everyOptimizer, everyVariant, smallRoots, step } from './every-optimizer.js';
import { type FloatArray, noise } from './walk.js';

const classes = { float32: Float32Array, float64: Float64Array } as const;
type Dtype = keyof typeof classes;

/** A byte for each place, so that nothing can be moved without being seen. */
const pattern = Uint8Array.from({ length: 2 ** 21 }, (_, i) => i * 167 + (i >> 8) * 13 + 91);

/** A stretch of a buffer full of a pattern, with arrays in it. */
class Room {
  readonly #bytes: Uint8Array;
  readonly #expected: Uint8Array;
  #end = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    bytes.set(pattern.subarray(0, bytes.length));
    // Not bytes.slice(), which of a Buffer is a view of it.
    this.#expected = new Uint8Array(bytes);
  }

  /** A new array, some elements after the last, that holds what another does; where there is none, the pattern. */
  place(dtype: Dtype, length: number, gap: number, like?: FloatArray): FloatArray {
    const Class = classes[dtype];
    const size = Class.BYTES_PER_ELEMENT;
    const from = this.#bytes.byteOffset + this.#end;
    const at = Math.ceil(from / size) * size + gap * size;
    this.#end = at + length * size - this.#bytes.byteOffset;
    // Something must be left behind the last one.
    expect(this.#end + 64).toBeLessThanOrEqual(this.#bytes.length);
    const array = new Class(this.#bytes.buffer as ArrayBuffer, at, length);
    if (like !== undefined) {
      array.set(like);
      this.allow(array);
    }
    return array;
  }

  /** What stands in an array now is right; returns whether it is another than before. */
  allow({ byteOffset, byteLength }: FloatArray): boolean {
    const at = byteOffset - this.#bytes.byteOffset;
    const now = this.#bytes.subarray(at, at + byteLength);
    const changed = Buffer.compare(now, this.#expected.subarray(at, at + byteLength)) !== 0;
    this.#expected.set(now, at);
    return changed;
  }

  check(when: string): void {
    if (Buffer.compare(this.#bytes, this.#expected) === 0) return;
    const at = this.#bytes.findIndex((byte, i) => byte !== this.#expected[i]);
    throw new Error(`${when}: byte ${at} of ${this.#bytes.length} was written`);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the types of tests have no DOM
const { WebAssembly } = globalThis as any;

/** Memory of every kind, of so many bytes each; a Buffer out of Node's pool has at most half of a slab. */
const memories: Record<string, (bytes: number) => Uint8Array> = {
  ArrayBuffer: bytes => new Uint8Array(bytes),
  SharedArrayBuffer: bytes => new Uint8Array(new SharedArrayBuffer(bytes)),
  "Buffer's pool": () => {
    // A new slab is begun where the rest of the old one is too short.
    const buffer = Buffer.allocUnsafe(Buffer.poolSize / 2 - 8);
    expect(buffer.buffer.byteLength).toBeGreaterThan(buffer.length);
    return buffer;
  },
  'a WebAssembly memory': bytes =>
    new Uint8Array(new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) }).buffer, 24, bytes - 48),
};

interface Place {
  readonly dtype: Dtype;
  readonly length: number;
  readonly room: Room;
  readonly gap: number;
}

/** Arrays of both types: around vectors' widths in the pool; longer than a lead-in and a chunk elsewhere. */
function places(): { rooms: Record<string, Room>; all: Place[] } {
  const rooms: Record<string, Room> = {};
  const all = Object.entries(memories).flatMap(([kind, memory], k) => {
    const room = new Room(memory(131_072));
    rooms[kind] = room;
    const lengths = kind.startsWith('Buffer') ? [1, 3, 17] : [0, 5, 37, k % 2 ? 1029 : 277];
    return lengths.flatMap((length, i) =>
      (['float32', 'float64'] as const).map((dtype, j) => ({
        dtype,
        length,
        room,
        // No gap is a neighbour that touches.
        gap: (7 * k + 3 * i + 5 * j) % 11,
      })),
    );
  });
  return { rooms, all };
}

/** What runs the optimizers of a test: WASM, or native with an instruction set and so many threads at any size. */
let chosen: NativeBackend | null = null;

const sets = nativeMissing === null ? loadAddon().instructionSets.filter(({ supported }) => supported) : [];
const configurations = [
  { title: 'wasm', backend: 'wasm', choose: () => {} },
  ...sets.flatMap(({ name }) =>
    [1, 3].map(threads => ({
      title: `native ${name} x${threads}`,
      backend: 'native',
      choose: () => {
        chosen = new NativeBackend(loadAddon(), name);
        chosen.setThreads(threads, 0);
      },
    })),
  ),
];

it.skipIf(nativeMissing)(`watches native, too${nativeMissing ? ` (skipped: ${nativeMissing})` : ''}`, () => {
  expect(sets.length).toBeGreaterThan(0);
});

describe.each(configurations)('$title leaves alone what is not its to write', ({ backend, choose }) => {
  beforeAll(() => {
    choose();
    provideNative(() => ({
      name: 'native',
      instructionSet: chosen!.instructionSet,
      threads: chosen!.threads,
      variants: chosen!.variants,
      setThreads: () => {},
      prepare: (...given) => (chosen as Backend).prepare(...given),
    }));
  });

  it.each(everyVariant)('$title', ({ entry, options }) => {
    const { make, rule } = entry;
    const { rooms, all } = places();
    const names = (arrays: readonly (FloatArray | null)[]) =>
      Object.fromEntries(arrays.map((array, i) => [`t${i}`, array]));
    const arrays = (seed: number) =>
      all.map(({ dtype, length, room, gap }, i) =>
        room.place(dtype, length, gap, noise(new classes[dtype](length), seed + i)),
      );
    let params = arrays(1);
    const grads = arrays(100);
    /** Takes a step; who has no gradient, and `still`, is not written. */
    const take = (when: string, gradients: (FloatArray | null)[], still = true) => {
      step(optimizer, names(gradients));
      const changed = all.map(
        ({ room }, i) => (gradients[i] !== null || !still) && room.allow(params[i]!) && gradients[i] !== null,
      );
      // Somebody must have been here, or nothing is shown; a step of Rprop may have no length.
      const many = all.filter(({ length }, i) => length > 4 && gradients[i] !== null).length;
      // The first one of ADOPT and SOAP moves nothing, nor does any of these of ScheduleFreeRAdam, which is silent at first.
      const silent =
        rule.name === 'schedule-free-radam' ||
        (['adopt', 'soap'].includes(rule.name) && when === 'the first step');
      if (!silent) expect(changed.filter(Boolean).length, when).toBeGreaterThanOrEqual(many);
      for (const [kind, room] of Object.entries(rooms)) room.check(`${kind}, ${when}`);
    };

    const optimizer = make(names(params), { ...options, ...smallRoots(rule), backend });
    take('the first step', grads);
    take('the second step', grads);

    // To other places, whose numbers are the pattern until they are written; some wait.
    const sources = params;
    params = all.map(({ dtype, length, room, gap }) => room.place(dtype, length, gap));
    // biome-ignore lint/suspicious/noExplicitAny: of every shape
    (optimizer as any).rebind(names(params), names(sources));
    for (const room of Object.values(rooms)) room.check('rebind');
    const some = grads.map((gradient, i) => (i % 3 === 1 ? null : gradient));
    // Where a closure is asked, all go to where it is asked.
    take('the step from elsewhere', some, !rule.closure);
    take('the step for those that waited', grads);

    const state = optimizer.stateDict();
    for (const room of Object.values(rooms)) room.check('stateDict');
    const state2 = structuredClone(state);
    all.forEach(({ dtype, length, room, gap }, i) => {
      const entry = state2.state[`t${i}`];
      // Matrices of sides are nobody's neighbours here.
      for (const [key, value] of Object.entries(entry ?? {}))
        if (typeof value !== 'number' && value.length === length && value instanceof classes[dtype])
          entry![key] = room.place(dtype, length, gap, value);
    });
    optimizer.loadStateDict(state2);
    for (const room of Object.values(rooms)) room.check('loadStateDict');
    const before = structuredClone(state);
    take('the step after loading', grads);
    expect(state, 'a state that was given out').toEqual(before);
    optimizer.dispose();
    for (const room of Object.values(rooms)) room.check('dispose');
  });

  it('on another thread', async () => {
    const room = new Room(memories['SharedArrayBuffer']!(2 ** 21));
    const lengths = [5, 37, 70_001];
    const arrays = (seed: number) =>
      lengths.map((length, i) =>
        room.place('float32', length, 3 * i, noise(new Float32Array(length), seed + i)),
      );
    const [params, grads] = [arrays(1), arrays(2)];
    const { make } = everyOptimizer.find(entry => entry.name === 'AdamW')!;
    const optimizer = make(params, { backend });
    await optimizer.stepAsync(grads);
    expect(params.map(p => room.allow(p))).toEqual([true, true, true]);
    room.check('the step');
    const places = lengths.map((length, i) => room.place('float32', length, 1 + i));
    // biome-ignore lint/suspicious/noExplicitAny: of every shape
    (optimizer as any).rebind(places, params);
    await optimizer.stepAsync(grads);
    expect(places.map(p => room.allow(p))).toEqual([true, true, true]);
    room.check('the step from elsewhere');
  });
});

describe('in the memory of the WebAssembly kernels', () => {
  const backend = backends().find(each => each instanceof WasmBackend)!;
  const { memory } = backend;

  it.each(['float32', 'float64'] as const)('a step of %s writes the tiles and no more', dtype => {
    const size = classes[dtype].BYTES_PER_ELEMENT;
    for (const subject of [...variants, ...sequences]) {
      // Padded and whole vectors; of the last, a tile and a rest.
      const lengths = [1, 5, 64 / size, 33, tileBytes / size + 7];
      const { steps, gradients, start, kept } = jobOf(subject, dtype, {
        lengths,
        steps: 2,
        numbers: 'every kind',
      });
      const whole = steps.flat().some(walk => walk.kernel === newtonSchulz);
      const kernel = backend.prepare(
        start.map(({ p }) => p.slice()),
        Uint8Array.from(start.flatMap(({ rows }) => rows?.extents ?? kept.map(Number))),
        start.map(({ rows }) => rows?.grid ?? null),
        whole,
      );
      const own = [
        [tiles.coefficients, rowOf.length * size],
        [tiles.sums[0]!, tiles.sums.length * lanesLength * 8],
        [tiles.columns, blockLength * 8],
        ...[tiles.p, tiles.g, ...tiles.slots].map(at => [at, tileBytes]),
      ] as [at: number, bytes: number][];
      // Between neighbours lies a line that is nobody's.
      own.slice(1).forEach(([at], i) => {
        const [from, length] = own[i]!;
        expect(at, `${subject.title}: the tile behind that at ${from}`).toBeGreaterThanOrEqual(
          from + length + 64,
        );
      });
      const bytes = new Uint8Array(memory.buffer);
      bytes.set(pattern.subarray(0, bytes.length));
      const expected = bytes.slice();

      kernel.bind(gradients[0]!);
      for (const { kernel: name, row } of steps.flat()) {
        kernel.variantOf.fill(backend.variants.indexOf(name));
        kernel.rows.set(row);
        kernel.run();
      }
      // To products of matrices all tiles are one stretch.
      if (whole) own.push([tiles.p, tiles.slots.at(-1)! + tileBytes - tiles.p]);
      let written = 0;
      for (const [at, length] of own) {
        const now = bytes.subarray(at, at + length);
        written += Buffer.compare(now, expected.subarray(at, at + length)) === 0 ? 0 : 1;
        expected.set(now, at);
      }
      expect(memory.buffer, subject.title).toBe(bytes.buffer);
      const other = Buffer.compare(bytes, expected) === 0 ? -1 : bytes.findIndex((b, i) => b !== expected[i]);
      expect(other, `${subject.title}: address of a byte that is not its own`).toBe(-1);
      expect(written, subject.title).toBeGreaterThanOrEqual(2);

      kernel.dispose();
    }
  });
});

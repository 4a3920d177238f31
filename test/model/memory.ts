/** Arrays in memory of every kind, and ways to take that memory away. */
import type { FloatArray } from '../../src/types.js';
import type { Generator } from '../random/generator.js';
import { Rooms, type Wanted } from '../random/rooms.js';

/** `own`: a buffer for each array. `common`: one for all. `shared`: SharedArrayBuffers. `wasm`: a WebAssembly memory. */
export type MemoryKind = 'own' | 'common' | 'shared' | 'wasm';
/** How often each is drawn; a WebAssembly memory takes gigabytes of addresses. */
export const memoryKinds = { own: 8, common: 5, shared: 6, wasm: 1 } as const;

/** The memory under some arrays. */
export class Memory {
  readonly rooms: Rooms;
  /** Whether it was taken away. */
  lost = false;
  readonly #takeAway: (() => void) | null;

  constructor(rooms: Rooms, takeAway: (() => void) | null) {
    this.rooms = rooms;
    this.#takeAway = takeAway;
  }

  /** Whether it can be taken away, and was not yet. */
  get takeable(): boolean {
    return this.#takeAway !== null && !this.lost;
  }

  /** Takes it away, if that can be done; tells whether it is gone. */
  takeAway(): boolean {
    if (this.takeable) {
      this.#takeAway!();
      this.lost = true;
    }
    return this.lost;
  }
}

/** An array, and the memory that it is in. */
export interface Held {
  readonly array: FloatArray;
  readonly memory: Memory;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (limits: { initial: number }) => WasmMemory };
};

const pageBytes = 65_536;

/** Takes an array's buffer away for good: what it becomes is garbage at once. */
export function transfer(array: { readonly buffer: ArrayBufferLike }): void {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
}

function memoryOf(wanted: readonly Wanted[], kind: MemoryKind): Memory {
  if (kind === 'shared') return new Memory(new Rooms(wanted, bytes => new SharedArrayBuffer(bytes)), null);
  if (kind === 'wasm') {
    let memory: WasmMemory | undefined;
    const rooms = new Rooms(wanted, bytes => {
      memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
      return memory.buffer;
    });
    return new Memory(rooms, () => memory!.grow(1));
  }
  const rooms = new Rooms(wanted);
  return new Memory(rooms, () => transfer(rooms.arrays[0]!));
}

/** New arrays like others, zeroed, with canaries around them. */
export function held(like: readonly FloatArray[], kind: MemoryKind, random: Generator): Held[] {
  const wanted = like.map(
    (array): Wanted => ({
      dtype: array.BYTES_PER_ELEMENT === 4 ? 'float32' : 'float64',
      length: array.length,
      offset: random.below(17),
    }),
  );
  const memories = kind === 'own' ? wanted.map(one => memoryOf([one], kind)) : [memoryOf(wanted, kind)];
  return memories.flatMap(memory => memory.rooms.arrays.map(array => ({ array, memory })));
}

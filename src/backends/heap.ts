/** The one WebAssembly memory of this thread, and who has which part of it. */
import { BackendError } from '../errors.js';
import { engine, type Memory } from './webassembly.js';

const page = 65536;
const mostPages = 65536;

// Slabs begin on a cache line.
const alignment = 64;

// Nothing takes a line too: an empty stretch would lie within a free one, and keep its neighbours from being joined.
const rounded = (bytes: number): number => Math.max(1, Math.ceil(bytes / alignment)) * alignment;

interface Slab {
  from: number;
  to: number;
}

function newMemory(): Memory {
  try {
    return new (engine().Memory)({ initial: 1, maximum: mostPages });
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    // Each one reserves its whole range of addresses, of which a process has not endlessly many.
    throw new BackendError(
      'ERR_LANESTEP_MEMORY',
      `No WebAssembly memory in this process: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** Hands out bytes of a growing memory, first fit, and takes them back. */
export class Heap {
  readonly memory: Memory = newMemory();
  // Free stretches, in order; neighbours are joined.
  readonly #free: Slab[] = [{ from: alignment, to: page }];
  #buffer = this.memory.buffer;
  /** Counts how often the memory grew: every view made before is detached. */
  generation = 0;

  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  /** The address of so many zeroed bytes. */
  allocate(bytes: number): number {
    const size = rounded(bytes);
    let index = this.#free.findIndex(slab => slab.to - slab.from >= size);
    if (index < 0) index = this.#grow(size);
    const slab = this.#free[index]!;
    const at = slab.from;
    slab.from += size;
    if (slab.from === slab.to) this.#free.splice(index, 1);
    new Uint8Array(this.#buffer, at, size).fill(0);
    return at;
  }

  /** Takes back what `allocate` gave for as many bytes. */
  release(at: number, bytes: number): void {
    const size = rounded(bytes);
    let index = this.#free.findIndex(slab => slab.from > at);
    if (index < 0) index = this.#free.length;
    this.#free.splice(index, 0, { from: at, to: at + size });
    for (const i of [index, index - 1]) {
      const [left, right] = [this.#free[i], this.#free[i + 1]];
      if (left && right && left.to === right.from) {
        left.to = right.to;
        this.#free.splice(i + 1, 1);
      }
    }
  }

  #grow(size: number): number {
    const end = this.#buffer.byteLength;
    const last = this.#free.at(-1);
    const tail = last !== undefined && last.to === end ? end - last.from : 0;
    // At least an eighth more, so that many small optimizers do not detach the views each time.
    const left = mostPages - end / page;
    const least = Math.ceil((size - tail) / page);
    const wanted = Math.min(Math.max(least, Math.ceil(end / 8 / page)), left);
    if (least > left || (!this.#tryGrow(wanted) && !this.#tryGrow(least))) {
      throw new BackendError(
        'ERR_LANESTEP_MEMORY',
        `No WebAssembly memory for ${size} more bytes of state (${end} in use, 4 GiB at most); ` +
          'use the native backend, or dispose() optimizers',
      );
    }
    if (tail > 0) last!.to = this.#buffer.byteLength;
    else this.#free.push({ from: end, to: this.#buffer.byteLength });
    return this.#free.length - 1;
  }

  #tryGrow(pages: number): boolean {
    if (pages <= 0) return false;
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.#buffer = this.memory.buffer;
    this.generation++;
    return true;
  }
}

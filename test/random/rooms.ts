/** Arrays somewhere inside of larger buffers, and a look at whether all around them is as it was. */
import type { Dtype, FloatArray } from '../../src/types.js';

const pattern = 0x5ab15ab1;
/** Bytes before and after each array that no other array has. */
const gap = 64;

/** Where one array is to lie. */
export interface Wanted {
  readonly dtype: Dtype;
  readonly length: number;
  /** Elements from where it could begin. */
  readonly offset: number;
}

const sizes = { float32: 4, float64: 8 } as const;

/** Arrays in one buffer, with a pattern between them. */
export class Rooms {
  readonly arrays: readonly FloatArray[];
  readonly #words: Uint32Array;
  readonly #edges: readonly number[];

  /** @param allocate gives the buffer of so many bytes, or a larger one */
  constructor(
    wanted: readonly Wanted[],
    allocate: (bytes: number) => ArrayBufferLike = bytes => new ArrayBuffer(bytes),
  ) {
    const places: number[] = [];
    const edges: number[] = [];
    let at = 0;
    for (const { dtype, length, offset } of wanted) {
      const size = sizes[dtype];
      const begin = Math.ceil((at + gap) / size) * size + offset * size;
      edges.push(at / 4, begin / 4);
      places.push(begin);
      at = begin + length * size;
    }
    const bytes = Math.ceil((at + gap) / 8) * 8;
    edges.push(at / 4, bytes / 4);
    const buffer = allocate(bytes);
    this.#words = new Uint32Array(buffer);
    this.#edges = edges;
    for (let i = 0; i < edges.length; i += 2) this.#words.fill(pattern, edges[i], edges[i + 1]);
    this.arrays = wanted.map(({ dtype, length }, i) =>
      dtype === 'float32'
        ? new Float32Array(buffer, places[i], length)
        : new Float64Array(buffer, places[i], length),
    );
  }

  /** Whether nothing was written between the arrays. Of a buffer that was taken away there is nothing to be told. */
  intact(): boolean {
    const [words, edges] = [this.#words, this.#edges];
    if (words.length === 0) return true;
    for (let i = 0; i < edges.length; i += 2) {
      for (let k = edges[i]!; k < edges[i + 1]!; k++) if (words[k] !== pattern) return false;
    }
    return true;
  }
}

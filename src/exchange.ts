/** Parameters that are others for a while, to evaluate with those, and get the bits that they had. */
import type { Inside } from './inside.js';
import { detached, dtypeOf, lengthOf, newArray, viewOf } from './memory.js';
import type { Registry } from './registry.js';
import type { FloatArray } from './types.js';

// As many elements as are exchanged at a time.
const pieceLength = 16384;

/**
 * Exchanges all parameters with these arrays, in place and without a copy of either, all or none; null leaves one.
 *
 * @param backwards exchanges them from the last to the first. Two of the others may be one array: the way back is the way reversed.
 * @throws ShapeError where an array has lost its memory, BackendError
 */
export function exchange(
  { parameters, words }: Registry,
  others: readonly (FloatArray | null)[],
  backwards = false,
): void {
  const pairs = parameters.flatMap(({ array, length, dtype, path, paramPath }, i) => {
    const other = others[i] ?? null;
    if (lengthOf(array) !== length) throw detached(`${words.params}${paramPath}`);
    if (other === null) return [];
    if (lengthOf(other) !== length) throw detached(`${words.grads}${path}`);
    return [[viewOf(array, dtype, 0, length), viewOf(other, dtype, 0, length)] as const];
  });
  const longest = Math.min(pieceLength, Math.max(0, ...pairs.map(([{ length }]) => length)));
  const held = { float32: newArray('float32', longest), float64: newArray('float64', longest) };
  if (backwards) pairs.reverse();
  // Nothing fails from here on.
  for (const [a, b] of pairs) {
    for (let at = 0; at < a.length; at += pieceLength) {
      const to = Math.min(at + pieceLength, a.length);
      const piece = held[dtypeOf(a)!].subarray(0, to - at);
      piece.set(a.subarray(at, to));
      a.set(b.subarray(at, to), at);
      b.set(piece, at);
    }
  }
}

/** Whether an optimizer's parameters are others now, where their own numbers are meanwhile, and the way back. */
export class Exchange<Options extends object> {
  readonly #inside: Inside<Options>;
  readonly #why: string;
  #own: readonly (FloatArray | null)[] | null = null;

  /** @param why what was expected of whoever uses the optimizer meanwhile, for the message */
  constructor(inside: Inside<Options>, why: string) {
    this.#inside = inside;
    this.#why = why;
  }

  /** Whether the parameters are others. */
  get isOut(): boolean {
    return this.#own !== null;
  }

  /**
   * Lets the parameters be others. The optimizer can do nothing else until `back()`.
   *
   * @param put sees to it, all or none, and gives the arrays that have the parameters' own numbers then; null for one that is left
   */
  out(put: () => readonly (FloatArray | null)[]): void {
    this.#inside.enter();
    try {
      this.#own = put();
    } finally {
      this.#inside.leave();
    }
    this.#inside.hold(this.#why);
  }

  /** The way back; nothing where the parameters are themselves. Throws, and changes nothing, where one has lost its memory. */
  back(): void {
    if (this.#own === null) return;
    exchange(this.#inside.registry, this.#own, true);
    this.#own = null;
    this.#inside.hold(null);
  }
}

// What a kernel adds up, in the one order that every backend keeps: in blocks from the tensor's first element on, element i of a
// block into lane i mod 8, in double; then the lanes are folded, 4 and 4, 2 and 2, 1 and 1.
export const lanes = 8;

type Word = (lane: number, x: number) => number;

const added: Word = (lane, x) => lane + x;
/** The larger of two; a NaN is passed over. */
export const largest: Word = (lane, x) => (x > lane ? x : lane);

/** What is added to. */
export interface Adding {
  /** A product of two float32 numbers is exact here. */
  plus(a: number, b: number): void;
  /** A NaN is passed over. */
  most(a: number): void;
}

/** A sum, or a largest number, of each column of a band: a double a column, rows one after the other. */
export class Columns implements Adding {
  readonly #into: Float64Array;
  readonly #place: { readonly column: number };

  /** @param place which column the element belongs to that is being updated */
  constructor(into: Float64Array, place: { readonly column: number }) {
    this.#into = into;
    this.#place = place;
  }

  plus(a: number, b: number): void {
    this.#into[this.#place.column]! += a * b;
  }

  most(a: number): void {
    const { column } = this.#place;
    this.#into[column] = largest(this.#into[column]!, a);
  }
}

/** A sum, or a largest number, of a block. */
export class Sum implements Adding {
  readonly #lanes = new Float64Array(lanes);
  readonly #place: { readonly lane: number };
  #word: Word | null = null;

  /** @param place which lane the element belongs to that is being updated */
  constructor(place: { readonly lane: number }) {
    this.#place = place;
  }

  plus(a: number, b: number): void {
    this.#word = added;
    this.#lanes[this.#place.lane]! += a * b;
  }

  most(a: number): void {
    this.#word = largest;
    this.#lanes[this.#place.lane] = largest(this.#lanes[this.#place.lane]!, a);
  }

  /** Two numbers together, as their lanes are. */
  fold(a: number, b: number): number {
    return (this.#word ?? added)(a, b);
  }

  /** The block's number, after which the next block begins; null where the kernel has no such sum. */
  take(): number | null {
    if (this.#word === null) return null;
    const values = this.#lanes;
    for (let half = lanes / 2; half >= 1; half /= 2) {
      for (let l = 0; l < half; l++) values[l] = this.#word(values[l]!, values[l + half]!);
    }
    const number = values[0]!;
    values.fill(0);
    return number;
  }
}

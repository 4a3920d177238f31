/** What L-BFGS remembers: how gradients and parameters have changed. */
import type { Scalars, Tensors } from '../pass.js';
import type { FloatArray } from '../types.js';
import type { Asking } from './strong-wolfe.js';

/** Every pass of it goes over all tensors, by a kernel that has no stages. */
export const all = { alone: true, over: 'all' } as const;

/** The pairs of changes that a direction is made of: y of the gradients, s of the parameters. */
export class History {
  readonly #tensors: Tensors;
  readonly #size: number;
  readonly #y: readonly FloatArray[];
  readonly #s: readonly FloatArray[];
  // By place: 1 / (y · s).
  readonly #ro: number[] = [];
  readonly #undo: (() => void)[] = [];
  #count: number;
  #next: number;
  /** What an element of the direction begins as, before all pairs. */
  scale: number;

  constructor(tensors: Tensors, size: number, { pairs, next_pair, H_diag }: Scalars) {
    this.#tensors = tensors;
    this.#size = size;
    this.#y = tensors.several('old_dirs');
    this.#s = tensors.several('old_stps');
    this.#count = pairs!;
    this.#next = next_pair!;
    this.scale = H_diag!;
  }

  get scalars(): Scalars {
    return { pairs: this.#count, next_pair: this.#next, H_diag: this.scale };
  }

  // The places of the pairs, oldest first.
  #places(): number[] {
    return Array.from(
      { length: this.#count },
      (_, i) => (this.#next - this.#count + i + this.#size) % this.#size,
    );
  }

  #at(of: readonly FloatArray[], place: number): FloatArray[] {
    return of.map((array, i) => {
      const length = this.#tensors.length(i);
      return array.subarray(place * length, (place + 1) * length);
    });
  }

  /** Finds out y · s of the pairs that earlier steps have left. */
  *recall(): Asking<void> {
    for (const place of this.#places()) {
      this.#tensors.restore('s', this.#at(this.#s, place));
      const sums = yield { ...all, kernel: 'lbfgs.curve', bound: this.#at(this.#y, place), sums: ['ys'] };
      this.#ro[place] = 1 / sums.all('ys');
    }
  }

  /** Adds the pair that stands in its slots; the oldest goes where there are too many. */
  add(ys: number, yy: number): void {
    const [y, s] = [this.#at(this.#y, this.#next), this.#at(this.#s, this.#next)];
    if (this.#count === this.#size) {
      const before = [...y, ...s].map(array => array.slice());
      this.#undo.push(() => {
        for (const [i, array] of [...y, ...s].entries()) array.set(before[i]!);
      });
    }
    this.#tensors.copy('y', y);
    this.#tensors.copy('s', s);
    this.#ro[this.#next] = 1 / ys;
    this.#next = (this.#next + 1) % this.#size;
    this.#count = Math.min(this.#count + 1, this.#size);
    this.scale = ys / yy;
  }

  /** Makes the direction out of the negative gradient that stands in its slot: the two loops. */
  *turn(): Asking<void> {
    const places = this.#places();
    const shares: number[] = [];
    const along = function* (bound: readonly FloatArray[]): Asking<number> {
      return (yield { ...all, kernel: 'lbfgs.dot', bound, sums: ['dot'] }).all('dot');
    };
    for (const place of places.toReversed()) {
      const share = (yield* along(this.#at(this.#s, place))) * this.#ro[place]!;
      shares[place] = share;
      yield { ...all, kernel: 'lbfgs.add', bound: this.#at(this.#y, place), numbers: () => [-share] };
    }
    yield { ...all, kernel: 'lbfgs.scale', numbers: () => [this.scale] };
    for (const place of places) {
      const share = shares[place]! - (yield* along(this.#at(this.#y, place))) * this.#ro[place]!;
      yield { ...all, kernel: 'lbfgs.add', bound: this.#at(this.#s, place), numbers: () => [share] };
    }
  }

  /** Takes back what was written over. */
  revert(): void {
    for (const undo of this.#undo.reverse()) undo();
  }
}

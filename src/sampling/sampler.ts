import { StateError, show } from '../errors.js';
import { type Portrait, portrayed } from '../portrait.js';
import { room } from '../room.js';
import { checkInteger } from '../schedules/checks.js';
import { Random } from './random.js';

/**
 * In which order an epoch has the examples: as they are numbered; shuffled, each once; or each drawn from all of
 * them, so that some come twice and some not at all.
 */
export type SamplerOrder = 'sequential' | 'shuffled' | 'replacement';

/** What a sampler is, apart from its place; the factories fill and check it. */
export interface SamplerPlan {
  readonly size: number;
  readonly batchSize: number;
  readonly order: SamplerOrder;
  readonly seed: number;
  readonly dropLast: boolean;
}

/** Where a sampler stands, and the plan that this place belongs to. JSON keeps it exactly. */
export interface SamplerState extends SamplerPlan {
  /** How many epochs are done. */
  readonly epoch: number;
  /** How many batches of the epoch after them are done. */
  readonly position: number;
}

/**
 * Batches of indices of training examples, made by `batch`, `miniBatch` or `stochastic`.
 *
 * The indices of epoch k depend on the plan and on k alone, never on what was asked before: an epoch can be repeated,
 * skipped, or taken up in the middle after `loadStateDict`. An index is an integer from 0 to `size - 1`.
 *
 * A batch is an array of its own: keep it, write to it, or send it to another thread.
 *
 * A sampler has one place, and hands out one batch after the other from it, whichever of its iterators asks. A batch
 * counts as done when it is handed out: leave a loop early, and the next one goes on after it. Save `stateDict()`
 * after the optimizer's step on that batch.
 *
 * Iterating over the sampler itself is iterating over `epoch()`.
 */
export class Sampler implements Iterable<Uint32Array> {
  readonly #plan: SamplerPlan;
  #epoch = 0;
  #position = 0;
  #indices = new Uint32Array(0);
  /** The epoch whose order `#indices` holds. */
  #filledFor = -1;

  /** @internal Use `batch`, `miniBatch` or `stochastic`, which check the plan. */
  constructor(plan: SamplerPlan) {
    this.#plan = plan;
  }

  /** How many examples there are. */
  get size(): number {
    return this.#plan.size;
  }

  /** How many indices a batch has; the last one of an epoch may have fewer. */
  get batchSize(): number {
    return this.#plan.batchSize;
  }

  /** How many batches an epoch has. */
  get batchesPerEpoch(): number {
    const { size, batchSize, dropLast } = this.#plan;
    return dropLast ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
  }

  /** How many epochs are done: the number of the epoch that `epoch()` gives. It may be past what was iterated over. */
  get epochsDone(): number {
    return this.#epoch;
  }

  /**
   * The batches of an epoch.
   *
   * @param k The number of an epoch, 0 for the first: the sampler goes to the start of it. Without `k`, what is left
   * of the epoch in which the sampler stands: all of it, unless a loop was left early or a state loaded.
   * @returns An iterator that ends with the epoch; the sampler then stands at the start of the next. It also ends
   * when the sampler is sent to another epoch in the meantime.
   * @throws OptionError unless `k` is an integer of 0 or more.
   */
  epoch(k?: number): IterableIterator<Uint32Array> {
    if (k !== undefined) {
      checkInteger('k', k, 0);
      this.#epoch = k;
      this.#position = 0;
    }
    return this.#batchesOf(this.#epoch);
  }

  *#batchesOf(epoch: number): IterableIterator<Uint32Array> {
    while (this.#epoch === epoch) yield this.nextBatch();
  }

  [Symbol.iterator](): IterableIterator<Uint32Array> {
    return this.epoch();
  }

  /** Batches without end, epoch after epoch, from where the sampler stands. */
  *stream(): Generator<Uint32Array, never, void> {
    for (;;) yield this.nextBatch();
  }

  /** The next batch, of this epoch or the first of the one after. */
  nextBatch(): Uint32Array {
    this.#fill();
    const { batchSize } = this.#plan;
    const start = this.#position * batchSize;
    // The last batch ends with the array. A copy: what is done to a batch must not reach those to come.
    const indices = room('a batch of indices', () => this.#indices.slice(start, start + batchSize));
    this.#position++;
    if (this.#position === this.batchesPerEpoch) {
      this.#epoch++;
      this.#position = 0;
    }
    return indices;
  }

  #fill(): void {
    const { size, order, seed } = this.#plan;
    const isMissing = this.#indices.length !== size;
    const isOrdered = this.#filledFor === this.#epoch || (order === 'sequential' && this.#filledFor >= 0);
    if (isOrdered && !isMissing) return;
    if (isMissing) this.#indices = room(`the order of ${size} examples`, () => new Uint32Array(size));
    const indices = this.#indices;
    const random = new Random(seed, this.#epoch);
    if (order === 'replacement') {
      for (let i = 0; i < size; i++) indices[i] = random.integer(size);
    } else {
      for (let i = 0; i < size; i++) indices[i] = i;
      if (order === 'shuffled') random.shuffle(indices);
    }
    this.#filledFor = this.#epoch;
  }

  /** What `console.log` and `JSON.stringify` show: the plan, and where the sampler stands. */
  toJSON(): Portrait {
    const { batchesPerEpoch } = this;
    return {
      class: 'Sampler',
      ...this.#plan,
      batchesPerEpoch,
      epochsDone: this.#epoch,
      position: this.#position,
    };
  }

  /** What has to be kept to go on exactly from here, in a sampler with the same options. */
  stateDict(): SamplerState {
    return { ...this.#plan, epoch: this.#epoch, position: this.#position };
  }

  /**
   * Goes on from a state that `stateDict` returned, also after JSON.
   *
   * @throws StateError when the state is of a sampler with other options, whose order would be another one, or when
   * its place is out of range; nothing is changed then.
   */
  loadStateDict(state: SamplerState): void {
    if (typeof state !== 'object' || state === null) {
      throw new StateError('ERR_LANESTEP_STATE', `Expected a state of a sampler, got ${show(state)}`);
    }
    for (const key of ['size', 'batchSize', 'order', 'seed', 'dropLast'] as const) {
      if (state[key] === this.#plan[key]) continue;
      throw new StateError(
        'ERR_LANESTEP_STATE',
        `Expected a state of a sampler with ${key} ${show(this.#plan[key])}, got ${show(state[key])}`,
      );
    }
    const { epoch, position } = state;
    expectPlace('epoch', epoch, Number.MAX_SAFE_INTEGER);
    expectPlace('position', position, this.batchesPerEpoch - 1);
    this.#epoch = epoch;
    this.#position = position;
  }
}

portrayed(Sampler);

function expectPlace(name: string, value: unknown, most: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most) return;
  throw new StateError(
    'ERR_LANESTEP_STATE',
    `Expected an integer in [0, ${most}] for ${name} in the state of a sampler, got ${show(value)}`,
  );
}

/** An optimizer on the native backend and its shadow on WebAssembly: whatever is done to one is done to the other. */
import { existsSync } from 'node:fs';
import type { Dtype, FloatArray } from '../../src/types.js';
import { type Entry, everyVariant } from '../every-optimizer.js';
import type { Generator } from '../random/generator.js';
import type { Size, Stock } from './stock.js';

// biome-ignore lint/suspicious/noExplicitAny: optimizers of every class
type Any = any;

/** What a pair is made of, as it is written down for whoever comes after. */
export interface Making {
  /** The place of the variant in the table of those that have a class. */
  readonly variant: number;
  readonly size: Size;
  readonly dtype: Dtype;
}

const made = everyVariant;

export const drawMaking = (random: Generator): Making => ({
  variant: random.below(made.length),
  size: random.weighted({ small: 6, medium: 3, large: 3 } as const),
  dtype: random.pick(['float32', 'float64'] as const),
});

function same(one: FloatArray, other: FloatArray, where: string): void {
  for (let i = 0; i < one.length; i++) {
    if (!Object.is(one[i], other[i]))
      throw new Error(
        `${where}[${i}] of ${one.length} is ${one[i]} on native, and ${other[i]} on its shadow`,
      );
  }
}

export class Pair {
  readonly making: Making;
  readonly #stock: Stock;
  readonly #use: string;
  readonly #entry: Entry;
  #native: Any;
  #shadow: Any;
  #params: readonly [readonly FloatArray[], readonly FloatArray[]];
  // Which of two places the native parameters are in: they move to and fro.
  #side = 0;

  /** @param use no other pair has the arrays of it */
  constructor(making: Making, stock: Stock, use: string, random: Generator) {
    this.making = making;
    this.#stock = stock;
    this.#use = use;
    const { entry, options } = made[making.variant]!;
    this.#entry = entry;
    this.#params = [this.#places('0'), this.#places('shadow')];
    const start = stock.numbers(making.size, making.dtype, random);
    for (const params of this.#params) for (const [i, p] of params.entries()) p.set(start[i]!);
    this.#native = entry.make(this.#params[0], { ...options, backend: 'native' });
    this.#shadow = entry.make(this.#params[1], { ...options, backend: 'wasm' });
  }

  get title(): string {
    return `${made[this.making.variant]!.title} ${this.making.size} ${this.making.dtype}`;
  }

  #places(side: string): readonly FloatArray[] {
    return this.#stock.places(this.#use + side, this.making.size, this.making.dtype);
  }

  #gradients(random: Generator): (FloatArray | null)[] {
    const all = random.chance(0.8);
    return this.#stock
      .numbers(this.making.size, this.making.dtype, random)
      .map(g => (all || random.chance(0.6) ? g : null));
  }

  /** A step, on this thread or on another. */
  async step(apart: boolean, random: Generator): Promise<void> {
    const gradients = this.#gradients(random);
    const given = this.#entry.rule.closure ? () => gradients : gradients;
    if (apart) await this.#native.stepAsync(given);
    else this.#native.step(given);
    this.#shadow.step(given);
  }

  /** Options that are set. */
  set(random: Generator): void {
    const lr = random.magnitude(-12, -4);
    for (const optimizer of [this.#native, this.#shadow]) optimizer.set({ lr });
  }

  /** The native one goes to another place, and is read where it was. */
  move(random: Generator): void {
    const from = this.#params[0];
    this.#side = 1 - this.#side;
    const to = this.#places(String(this.#side));
    if (random.chance(0.5)) {
      for (const [i, p] of from.entries()) to[i]!.set(p);
      this.#native.rebind(to);
    } else {
      for (const p of to) p.fill(Number.NaN);
      this.#native.rebind(to, from);
      // What sits out the next step stays behind; a step for all brings all of them over.
      const gradients = this.#stock.numbers(this.making.size, this.making.dtype, random);
      const given = this.#entry.rule.closure ? () => gradients : gradients;
      for (const optimizer of [this.#native, this.#shadow]) optimizer.step(given);
    }
    this.#params = [to, this.#params[1]];
  }

  /** The state of each, given to the other. */
  exchange(inMemory: boolean): void {
    const [native, shadow] = [this.#native, this.#shadow];
    if (inMemory) {
      const [one, other] = [native.serialize(), shadow.serialize()];
      if (Buffer.compare(one, other) !== 0 && !this.#hasNaN())
        throw new Error('checkpoints of native and of its shadow differ');
      shadow.deserialize(one);
      native.deserialize(other);
      return;
    }
    const [one, other] = [native.stateDict(), shadow.stateDict()];
    shadow.loadStateDict(one);
    native.loadStateDict(other);
  }

  /** Whether there is a NaN, whose bits are not the same everywhere. */
  #hasNaN(): boolean {
    const states: Any[] = Object.values(this.#native.stateDict().state);
    const arrays = [...this.#params[0], ...states.flatMap(state => Object.values(state))];
    return arrays.some((array: Any) => ArrayBuffer.isView(array) && (array as FloatArray).some(Number.isNaN));
  }

  /** Saves both to files. */
  async save(path: string): Promise<void> {
    await this.#native.save(`${path}.native`);
    await this.#shadow.save(`${path}.shadow`);
  }

  /**
   * Loads each from its own file. Where only one of the two was saved when the worker ended, both are as far as that one.
   * False where nothing was saved.
   */
  async load(path: string): Promise<boolean> {
    if (!existsSync(`${path}.native`)) return false;
    await this.#native.load(`${path}.native`);
    const has = existsSync(`${path}.shadow`);
    if (has) await this.#shadow.load(`${path}.shadow`);
    if (!has || this.#shadow.steps !== this.#native.steps) await this.#shadow.load(`${path}.native`);
    return true;
  }

  /** Throws unless both have the same bits. */
  check(states: boolean): void {
    for (const [i, p] of this.#params[0].entries()) same(p, this.#params[1][i]!, `p of tensor ${i}`);
    if (!states) return;
    const [one, other] = [this.#native.stateDict(), this.#shadow.stateDict()];
    if (one.steps !== other.steps)
      throw new Error(`${one.steps} steps on native, ${other.steps} on its shadow`);
    for (const [name, entry] of Object.entries<Any>(one.state)) {
      for (const [key, value] of Object.entries<Any>(entry)) {
        const others = other.state[name][key];
        if (ArrayBuffer.isView(value)) same(value as FloatArray, others, `${key} of ${name}`);
        else if (!Object.is(value, others))
          throw new Error(`${key} of ${name} is ${value} on native, and ${others} on its shadow`);
      }
    }
  }

  /** Frees both. */
  dispose(): void {
    this.#native.dispose();
    this.#shadow.dispose();
  }
}

/** Options as tables: the default of each, and what it may be, stated once. */
import type { NumberRange, Range } from './ranges.js';
import type { Hyper, Schedule } from './types.js';

type Single<T> = T extends boolean
  ? boolean
  : T extends number | Schedule
    ? number
    : T extends readonly Hyper[]
      ? readonly [number, number]
      : T;

// A list may be any `number[]` to TypeScript; what tells a list of three is that its other form has three, and one of any length that
// it has one.
type Numeric<T> = 0 extends 1 & T
  ? T
  : [Extract<T, readonly [Hyper]>] extends [never]
    ? [Extract<T, readonly [Hyper, Hyper, Hyper]>] extends [never]
      ? Single<T>
      : readonly [number, number, number]
    : readonly number[];

/** Options as a rule reads them at one step: complete, every function of the step replaced by its value. */
export type Numbers<Options> = { readonly [K in keyof Options]-?: Numeric<Exclude<Options[K], undefined>> };

/** An option: what it is where nothing is given, and what may be given. */
export interface Option<T> {
  readonly default: T;
  readonly range: Range;
}

type Entry<T> = T extends readonly (infer N)[] ? readonly N[] : T;

/** The options of `Options`, each with its entry. */
export type OptionTable<Options extends object> = {
  readonly [K in keyof Options]-?: Option<Entry<Numbers<Options>[K]>>;
};

/** A number, or a function of the step. */
export const hyper = (value: number, range: NumberRange): Option<number> => ({ default: value, range });

/** As many numbers of one range as the default has, each of which may be a function of the step. */
export const list = (values: readonly number[], of: NumberRange): Option<readonly number[]> => ({
  default: Object.freeze([...values]),
  range: { kind: 'list', of, length: values.length },
});

/** From one to `most` of them. */
export const several = (
  values: readonly number[],
  of: NumberRange,
  most: number,
): Option<readonly number[]> => ({
  default: Object.freeze([...values]),
  range: { kind: 'list', of, length: most, least: 1 },
});

/** Three of them. */
export const triple = (
  values: readonly [number, number, number],
  of: NumberRange,
): Option<readonly number[]> => list(values, of);

/** Two of them. */
export const pair = (values: readonly [number, number], of: NumberRange): Option<readonly number[]> =>
  list(values, of);

/** A number, a function of the step, or null for none, which is the default. */
export const optional = (range: NumberRange): Option<number | null> => ({ default: null, range });

/** One of several words. */
export const choice = <const Word extends string>(value: Word, ...others: readonly Word[]): Option<Word> => ({
  default: value,
  range: { kind: 'choice', of: [value, ...others] },
});

/** One of several words, or null for none, which is the default. */
export const choiceOrNull = <const Word extends string>(...of: readonly Word[]): Option<Word | null> => ({
  default: null,
  range: { kind: 'choice', of, orNull: true },
});

/** Yes or no. */
export const flag = (value: boolean): Option<boolean> => ({ default: value, range: { kind: 'flag' } });

/** lanestep's own classes with options that take every road through them, for `wrap`. */

import type { FloatArray, Optimizer } from '../../src/index.js';
import * as lanestep from '../../src/index.js';
import { type LanestepOptimizer, type Settings, wrap } from '../../src/tfjs/index.js';
import { everyOptimizer, everyVariant } from '../every-optimizer.js';

// biome-ignore lint/suspicious/noExplicitAny: options and inputs differ from class to class
type Any = any;

/** A class with options. */
export interface Wrappable {
  readonly name: string;
  readonly title: string;
  /** Whether it looks at the shapes of variables. */
  readonly shaped: boolean;
  /** Whether its step count is a state by itself. */
  readonly byCount: boolean;
  /** Which of its slots have one number a row, where it looks at them. */
  readonly ofRows: readonly string[];
  readonly wrapped: (settings?: Settings) => LanestepOptimizer;
  readonly plain: (params: readonly FloatArray[], settings?: Settings) => Optimizer<Any, Any, Any>;
}

// What goes by the Hessian cannot be wrapped, nor what has matrices of doubles.
const wrappable = everyOptimizer.filter(
  ({ rule }) => !rule.byHessian && rule.slots.every(({ apart }) => apart === undefined),
);

/** Every class that is exported, so that a new one cannot be forgotten. */
export const classNames = wrappable.filter(({ tfjs }) => !tfjs).map(({ name }) => name);

const Classes = lanestep as unknown as Record<string, new (params: Any, given?: object) => Any>;

/** All of them, each with the options of its kernels that the table of variants begins and ends with. */
const all = wrappable.flatMap(entry => {
  const { name, rule, tfjs } = entry;
  const lines = everyVariant.filter(one => one.entry === entry);
  const ends = tfjs ? [] : [lines[0]!, lines.at(-1)!];
  return ends.map(({ title, options }) => ({
    name,
    title,
    shaped: rule.whole === true,
    byCount: rule.byCount === true,
    ofRows: rule.whole ? rule.slots.filter(({ along }) => along === 'row').map(slot => slot.name) : [],
    closure: rule.closure === true,
    wrapped: (settings: Settings = {}) => wrap(Classes[name]!, { ...options, ...settings }),
    plain: (params: readonly FloatArray[], settings: Settings = {}) =>
      entry.make(params, { ...options, ...settings }) as Any,
  }));
});
export const every: readonly Wrappable[] = all;

/** Those that take gradients, and those that ask a closure for them. */
export const direct: readonly Wrappable[] = all.filter(({ closure }) => !closure);
export const asking: readonly Wrappable[] = all.filter(({ closure }) => closure);

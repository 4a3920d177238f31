/** Every optimizer that is raced, with the options that make it one. */
import { defaultsOf, type Rule } from '#lanestep/rule.js';
import { adadelta } from '#lanestep/rules/adadelta.js';
import { adagrad } from '#lanestep/rules/adagrad.js';
import { adam } from '#lanestep/rules/adam.js';
import { adamax } from '#lanestep/rules/adamax.js';
import { adamw } from '#lanestep/rules/adamw.js';
import { asgd } from '#lanestep/rules/asgd.js';
import { lion } from '#lanestep/rules/lion.js';
import { nadam } from '#lanestep/rules/nadam.js';
import { nesterov } from '#lanestep/rules/nesterov.js';
import { radam } from '#lanestep/rules/radam.js';
import { rmsprop } from '#lanestep/rules/rmsprop.js';
import { rprop } from '#lanestep/rules/rprop.js';
import { sgd } from '#lanestep/rules/sgd.js';
import { slotsOf } from '#lanestep/slots.js';

/** An optimizer in one of its forms. */
export interface Raced {
  /** `Adam`, `SGD momentum`. */
  readonly name: string;
  /** The class. */
  readonly optimizer: string;
  // biome-ignore lint/suspicious/noExplicitAny: a table over rules of many option types
  readonly rule: Rule<any>;
  /** What differs from its defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How many arrays a step reads and writes back: the parameter and its slots. */
  readonly written: number;
}

function raced(
  optimizer: string,
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  rule: Rule<any>,
  options: Record<string, unknown> = {},
  form = '',
): Raced {
  const slots = slotsOf(rule, rule.flags?.({ ...defaultsOf(rule), ...options }) ?? []);
  const written = 1 + slots.filter(slot => slot !== null).length;
  return { name: form ? `${optimizer} ${form}` : optimizer, optimizer, rule, options, written };
}

/** Adam is the one that is looked at from all sides. */
export const plainAdam = raced('Adam', adam);

/** The others. */
export const others: readonly Raced[] = [
  raced('SGD', sgd),
  raced('SGD', sgd, { momentum: 0.9 }, 'momentum'),
  raced('SGD', sgd, { momentum: 0.9, nesterov: true }, 'nesterov'),
  // On the way to the look-ahead point it reads p, v and writes p, origin; then it reads g, v, origin and writes p, v.
  { ...raced('Nesterov', nesterov), written: 4 },
  raced('RMSprop', rmsprop),
  raced('RMSprop', rmsprop, { centered: true, momentum: 0.9 }, 'centered momentum'),
  raced('Adagrad', adagrad),
  raced('Adadelta', adadelta),
  raced('Adam', adam, { amsgrad: true }, 'amsgrad'),
  raced('AdamW', adamw),
  raced('Adamax', adamax),
  raced('NAdam', nadam),
  raced('RAdam', radam),
  raced('ASGD', asgd),
  raced('Rprop', rprop),
  raced('Lion', lion),
];

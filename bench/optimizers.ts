/** Every optimizer that is raced: each class in the forms that its options lead to, out of the table of variants. */
import { variants } from '#lanestep/reference/variants.js';
import { defaultsOf, type Rule } from '#lanestep/rule.js';
import * as classes from '#lanestep/rules/index.js';

// biome-ignore lint/suspicious/noExplicitAny: a table over rules of many option types
type AnyRule = Rule<any>;
type Options = Readonly<Record<string, unknown>>;

/** An optimizer in one of its forms. */
export interface Raced {
  /** `Adam`, `SGD momentum`. */
  readonly name: string;
  /** The class. */
  readonly optimizer: string;
  readonly rule: AnyRule;
  /** What differs from its defaults. */
  readonly options: Options;
}

const flagsOf = (rule: AnyRule, options: Options): readonly string[] =>
  rule.flags?.({ ...defaultsOf(rule), ...options }) ?? [];
const kernelOf = (rule: AnyRule, options: Options): string =>
  [rule.name, ...flagsOf(rule, options)].join('.');

/** Of some options those that the kernel is chosen by. */
function deciding(rule: AnyRule, options: Options): Options {
  const kernel = kernelOf(rule, options);
  return Object.keys(options).reduce((least: Options, name) => {
    const { [name]: _, ...rest } = least;
    try {
      rule.check?.({ ...defaultsOf(rule), ...rest });
      return kernelOf(rule, rest) === kernel ? rest : least;
    } catch {
      // Without it the others would not go together.
      return least;
    }
  }, options);
}

/** What makes the form another than the one with the defaults: `momentum`, or `without momentum`. */
function formOf(rule: AnyRule, options: Options): readonly string[] {
  const [flags, usual] = [flagsOf(rule, options), flagsOf(rule, {})];
  if (kernelOf(rule, options) === kernelOf(rule, {})) return [];
  const lacking = usual.filter(flag => !flags.includes(flag));
  return lacking.length === 0
    ? flags
    : [...flags.filter(flag => !usual.includes(flag)), 'without', ...lacking];
}

function raced(rule: AnyRule, options: Options): Raced {
  return {
    name: [rule.label, ...formOf(rule, options)].join(' '),
    optimizer: rule.label,
    rule,
    options,
  };
}

/** Whether a rule takes even a vector for a matrix: then its steps are none of elements, and no reference here says what they are. */
export const hasNoVectors = (rule: AnyRule): boolean => rule.grid?.([1], '', defaultsOf(rule)) != null;

/** Each class by itself, and each kernel of a rule that it takes options to get to. */
const every: readonly Raced[] = [
  ...variants
    // The noise of NoisySGD does not repeat, as must whatever is held to the bits of a few elements.
    .filter(
      ({ rule, within }) =>
        rule.label in classes && !within && !hasNoVectors(rule) && rule.name !== 'noisy-sgd',
    )
    .reduce((known, { rule, options }) => {
      const kernel = kernelOf(rule, options);
      const key = kernel === kernelOf(rule, {}) ? rule.label : kernel;
      return known.has(key) ? known : known.set(key, raced(rule, deciding(rule, options)));
    }, new Map<string, Raced>())
    .values(),
];

/** Adam is the one that is looked at from all sides. */
export const plainAdam = every.find(({ name }) => name === 'Adam')!;

/** The others. */
export const others: readonly Raced[] = every.filter(one => one !== plainAdam);

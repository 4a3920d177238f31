/** What a wrapper goes over: another optimizer's class, and its rule. */
import { OptionError, show } from '../errors.js';
import { insideOf } from '../inside.js';
import { Optimizer } from '../optimizer.js';
import type { Numbers, Option, OptionTable } from '../option-table.js';
import { optionsOf, type Rule, type Slot } from '../rule.js';

// biome-ignore-start lint/suspicious/noExplicitAny: it may be of any parameters and options
/** The class of an optimizer. */
export type BaseClass = new (params: any, options?: any) => Optimizer<any, any, any>;
/** What such a class takes. */
export type BaseOptions<Base extends BaseClass> = NonNullable<ConstructorParameters<Base>[1]>;
/** A wrapper's options over such a class: those that the base has, too, have the wrapper's name before theirs (`ownOver`). */
export type OwnOptions<Base extends BaseClass, Options, Wrapper extends string> = {
  [K in keyof Options as K extends Taken<Base> ? `${Wrapper}${Capitalize<K & string>}` : K]: Options[K];
};
// Of a class that nobody knows, nothing is.
type Taken<Base extends BaseClass> = 0 extends 1 & BaseOptions<Base> ? never : keyof BaseOptions<Base>;
export type AnyRule = Rule<any>;
// biome-ignore-end lint/suspicious/noExplicitAny: only there

// The wrappers' own classes, and their names.
const wrappers = new Map<unknown, string>();

/** Says that a class goes over another; none goes over such a one. */
export function wraps(name: string, Class: unknown): void {
  wrappers.set(Class, name);
}

/**
 * The rule of a class.
 *
 * @param owner the wrapper's name, for the messages
 * @param wanted what it must be, and whether it is; not asked of one that takes no options of the step
 * @throws OptionError
 */
export function baseRule(
  owner: string,
  Base: BaseClass,
  wanted: { readonly text: string; holds(rule: AnyRule): boolean },
): AnyRule {
  if (typeof Base !== 'function' || !(Base.prototype instanceof Optimizer))
    throw new OptionError(
      `Expected the class of an optimizer, such as SGD, as the second argument of ${owner}, got ${show(Base)}`,
    );
  const refuse = (label: string): never => {
    throw new OptionError(`Expected ${wanted.text} for ${owner}, such as SGD or Adam, got ${label}`);
  };
  for (const [Class, name] of wrappers)
    if (Base === Class || Base.prototype instanceof (Class as BaseClass)) refuse(name);
  const instance = new Base([new Float32Array(0)]);
  const { rule } = insideOf(instance);
  instance.dispose();
  return !rule.ownOptionsOnly && wanted.holds(rule) ? rule : refuse(rule.label);
}

// A slot that is never there.
const nothing = { name: '', when: [] } as const;

/** The slots of a base, and behind them up to this place slots that are never there. */
export function slotsUpTo(place: number, base: AnyRule): Slot<object>[] {
  const slots: Slot<object>[] = [...base.slots];
  while (slots.length < place) slots.push(nothing);
  return slots;
}

/** A wrapper's own options over a base. */
export interface Own<Options extends object> {
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /** What they are, out of all of a group's. */
  of(numbers: object): Numbers<Options>;
}

/**
 * A wrapper's own options: by their names, or, where the base has one of that name, with the wrapper's before it. `alpha` of
 * `Lookahead` is `lookaheadAlpha` over `RMSprop`.
 */
export function ownOver<Options extends object>(
  owner: string,
  table: OptionTable<Options>,
  base: AnyRule,
): Own<Options> {
  const taken = optionsOf(base);
  const names = Object.keys(table).map(key => {
    const long = `${owner.toLowerCase()}${key[0]!.toUpperCase()}${key.slice(1)}`;
    return [key, Object.hasOwn(taken, key) ? long : key] as const;
  });
  const loose = table as Readonly<Record<string, Option<unknown>>>;
  return {
    options: Object.fromEntries(names.map(([key, name]) => [name, loose[key]!])),
    of(numbers) {
      const given = numbers as Record<string, unknown>;
      return Object.fromEntries(names.map(([key, name]) => [key, given[name]])) as Numbers<Options>;
    },
  };
}

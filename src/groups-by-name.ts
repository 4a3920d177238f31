/** Groups of parameters, sorted by name. */
import { didYouMean } from './did-you-mean.js';
import { listed, OptionError, ShapeError, show } from './errors.js';
import { isObject, isRecord, readGiven } from './given.js';
import { shapesIn } from './given-shapes.js';
import { describe } from './memory.js';
import type { Shape } from './shape.js';
import type { FloatArray } from './types.js';

/** Options of an optimizer that some parameters have for themselves; null where they are not trained at all. */
export type OwnOptions = Readonly<Record<string, unknown>> | null;

/** What tells the options of a parameter; undefined for one that has none of its own. */
export type OptionsByName = (name: string, array: FloatArray, shape: Shape | null) => OwnOptions | undefined;

/**
 * Parameters by their names, and their options: a whole name, or a pattern that is found in it; or a function, which is asked for each
 * parameter.
 */
export type NameRule = readonly [name: string | RegExp, options: OwnOptions] | OptionsByName;

/** A record of parameters, in groups. */
export interface GroupsByName {
  /** What an optimizer is constructed with, and its shapes: those of the same options together, in the order of the parameters. */
  readonly groups: {
    readonly params: Readonly<Record<string, FloatArray>>;
    readonly shapes: Readonly<Record<string, Shape | null>>;
    readonly [option: string]: unknown;
  }[];
  /** The names of the parameters that are not trained. */
  readonly frozen: readonly string[];
  /** What `step` takes: the gradients of a record, group by group. Those of parameters that are not trained are left out. */
  split<G>(grads: Readonly<Record<string, G>>): Record<string, G>[];
}

interface Sorted {
  readonly options: Record<string, unknown>;
  readonly names: string[];
}

function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
  return Object.is(a, b);
}

function same(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every(key => key in b && equal(a[key], b[key]));
}

/** Whether a rule's name fits; `search` pays no attention to where a pattern was found the last time. */
const fits = (wanted: string | RegExp, name: string): boolean =>
  typeof wanted === 'string' ? wanted === name : name.search(wanted) >= 0;

// The rules as functions. A name that fits none is a mistake, and would change nothing in silence.
function readRules(rules: unknown, names: readonly string[]): OptionsByName[] {
  if (!Array.isArray(rules))
    throw new OptionError(`Expected a list of rules for groupsByName, got ${show(rules)}`);
  return rules.map((rule: unknown, i) => {
    if (typeof rule === 'function') return rule as OptionsByName;
    const [wanted, options] = Array.isArray(rule) ? rule : [];
    if (
      !Array.isArray(rule) ||
      rule.length !== 2 ||
      (typeof wanted !== 'string' && !(wanted instanceof RegExp))
    )
      throw new OptionError(
        `Expected [name or pattern, options] or a function for rules[${i}], got ${show(rule)}`,
      );
    if (!names.some(name => fits(wanted, name))) {
      const near = typeof wanted === 'string' ? didYouMean(wanted, names) : '';
      throw new OptionError(
        `Expected rules[${i}] to fit a name out of ${listed(names)}, got ${typeof wanted === 'string' ? show(wanted) : wanted}${near}`,
      );
    }
    return name => (fits(wanted, name) ? options : undefined);
  });
}

// All rules as one, which gives every parameter its options, or null.
const mergedBy =
  (rules: readonly OptionsByName[]) =>
  (...parameter: Parameters<OptionsByName>): Record<string, unknown> | null => {
    const shown = show(parameter[0]);
    const told = rules.map(rule => rule(...parameter));
    told.forEach((options, i) => {
      if (options !== undefined && options !== null && !isObject(options))
        throw new OptionError(
          `Expected an object of options, or null, of rules[${i}] for ${shown}, got ${show(options)}`,
        );
    });
    if (told.includes(null)) return null;
    const merged = Object.assign({}, ...told);
    const taken = ['params', 'shapes'].find(word => word in merged);
    if (taken === undefined) return merged;
    throw new OptionError(`Expected options without ${taken}, which the group has, got them for ${shown}`);
  };

/**
 * Sorts parameters into groups by their names, so that biases do not decay, layers near the input learn more slowly, or parts stay as they
 * are:
 *
 *     const { groups, split } = groupsByName(params, [
 *       [/bias$|norm/, { weightDecay: 0 }],
 *       [/^embedding/, null],
 *       name => ({ lr: 1e-3 * 0.75 ** (layers - layerOf(name)) }),
 *     ]);
 *     const optimizer = new AdamW(groups, { weightDecay: 0.1 });
 *     optimizer.step(split(grads));
 *
 * All rules that fit a name count, in their order: a later one goes before an earlier one where both have an option, and null, not to be
 * trained, before all. Parameters of equal options share a group; two functions of the step are equal where they are the same one. What
 * the options are is checked by the optimizer. (timm: `param_groups_weight_decay`, `param_groups_layer_decay`; optax: `partition`;
 * Keras: `exclude_from_weight_decay`.)
 *
 * @param params a record of parameters
 * @param rules what tells their options
 * @param settings `shapes`: those of the parameters, by name
 * @throws ShapeError where these are no record of parameters or of their shapes, or none is left to train
 * @throws OptionError where a rule is none, or its name or pattern fits no parameter
 */
export function groupsByName(
  params: Readonly<Record<string, FloatArray>>,
  rules: readonly NameRule[],
  { shapes }: { shapes?: Readonly<Record<string, Shape | null | undefined>> } = {},
): GroupsByName {
  if (!isRecord(params))
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected a record of parameters for groupsByName, got ${describe(params)}`,
    );
  const read = readGiven(params) as Record<string, FloatArray>;
  const names = Object.keys(read);
  const given = shapesIn(shapes, names, true, 'shapes') as (Shape | null | undefined)[];
  const shapeOf = new Map(names.map((name, i) => [name, given[i] ?? null]));
  const optionsOf = mergedBy(readRules(rules, names));
  const frozen: string[] = [];
  const sorted: Sorted[] = [];
  for (const name of names) {
    const options = optionsOf(name, read[name]!, shapeOf.get(name) ?? null);
    const joined = options && sorted.find(group => same(group.options, options));
    if (options === null) frozen.push(name);
    else if (joined) joined.names.push(name);
    else sorted.push({ options, names: [name] });
  }
  if (sorted.length === 0)
    throw new ShapeError('ERR_LANESTEP_SHAPE', 'Expected a parameter that is trained, got none');
  // As own properties, whatever they are called.
  const record = <T>(of: readonly string[], value: (name: string) => T): Record<string, T> =>
    Object.fromEntries(of.map(name => [name, value(name)]));
  return {
    groups: sorted.map(group => ({
      ...group.options,
      params: record(group.names, name => read[name]!),
      shapes: record(group.names, name => shapeOf.get(name) ?? null),
    })),
    frozen,
    split(grads) {
      if (!isRecord(grads))
        throw new ShapeError('ERR_LANESTEP_SHAPE', `Expected a record of gradients, got ${describe(grads)}`);
      const unknown = Object.keys(grads).find(name => !shapeOf.has(name));
      if (unknown !== undefined)
        throw new ShapeError(
          'ERR_LANESTEP_NAME',
          `Expected gradients of ${listed(names)}, got ${show(unknown)}${didYouMean(unknown, names)}`,
        );
      const of = grads as Record<string, never>;
      return sorted.map(group =>
        record(
          group.names.filter(name => Object.hasOwn(of, name)),
          name => of[name]!,
        ),
      );
    },
  };
}

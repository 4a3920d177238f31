/** The groups of a state: which belongs to which of the optimizer's, and what its options come to. */
import { StateError, show } from '../errors.js';
import { dtypeOf, lengthOf } from '../memory.js';
import type { Numbers } from '../option-table.js';
import type { GroupOptions } from '../options.js';
import { optionsOf, type Rule } from '../rule.js';
import { joinOf, slotsOf } from '../slots.js';
import { record, refuse } from './checks.js';
import { type StatefulTensor, snake } from './dict.js';
import { hasNoEffect, single } from './foreign.js';
import type { Origin } from './parameter.js';

type Loose = Record<string, unknown>;

/** A group of a state. */
export interface SavedGroup {
  readonly index: number;
  /** Its parameters as they stand there. */
  readonly params: unknown;
  /** Those of them that are names. */
  readonly names: readonly string[];
  readonly options: Readonly<Loose>;
}

/** The key of a parameter, which others write as a number where it is one; null for what is none, and has no text either. */
const keyOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

/** How keys are shown in a message. */
function listed(keys: unknown): string {
  if (!Array.isArray(keys)) return show(keys);
  const text = Array.from(keys.slice(0, 100), key => keyOf(key) ?? show(key)).join(', ');
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

const shownOf = (index: number): string => `param_groups[${index}]`;

/** Reads the groups of a state. */
export function readGroups(given: readonly unknown[]): SavedGroup[] {
  return Array.from({ length: given.length }, (_, index) => {
    const { params, ...options } = record(given[index], shownOf(index));
    const keys = Array.isArray(params) ? Array.from(params, keyOf) : [];
    return { index, params, names: keys.filter(key => key !== null), options };
  });
}

/** The group of a state that each name is in. */
export const groupOfName = (saved: readonly SavedGroup[]): Map<string, SavedGroup> =>
  new Map(saved.toReversed().flatMap(group => group.names.map(name => [name, group] as const)));

/**
 * The group of a state for each of the optimizer's: the one with the same names, in any order. A list has none: there the
 * places are those of the state.
 */
export function pairGroups<Options extends object>(
  saved: readonly SavedGroup[],
  groups: readonly GroupOptions<Options>[],
  tensors: readonly StatefulTensor<Options>[],
): SavedGroup[] {
  const of = groupOfName(saved);
  const empty = saved.filter(({ params }) => Array.isArray(params) && params.length === 0);
  return groups.map((group, i) => {
    const own = tensors.filter(tensor => tensor.options === group);
    const found = own.length === 0 ? empty.shift() : of.get(own[0]!.name);
    const { index, params, names } = found ?? saved[i] ?? { index: i, params: undefined, names: [] };
    const same =
      Array.isArray(params) &&
      params.length === own.length &&
      own.every(({ name, named }, k) => (named ? of.get(name) === found : names[k] === name));
    if (same && found !== undefined) return found;
    const wanted = own.map(({ name }) => name);
    return refuse(`Expected ${shownOf(index)}.params to be ${listed(wanted)}, got ${listed(params)}`);
  });
}

/** What the options of a group of a state come to in one of the optimizer's. */
export interface Fit<Options extends object> extends Origin<Options> {
  readonly from: SavedGroup;
  /** The options that the state has, by our names. */
  readonly saved: Readonly<Loose>;
  /** Those of them that are taken over. */
  readonly changes: Readonly<Loose>;
  /** Those that stay, since they were switched on. */
  readonly kept: readonly string[];
}

/** Runs what checks options; what it throws becomes the state's fault. */
export function within<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : show(cause);
    throw new StateError('ERR_LANESTEP_STATE', `${shownOf(index)}: ${message}`, { cause });
  }
}

/** Of a pair, the half that is a function of the step stays. */
function keepFunctions(live: unknown, saved: unknown): unknown {
  if (!Array.isArray(live) || !Array.isArray(saved)) return saved;
  return saved.map((value, i) => (typeof live[i] === 'function' ? live[i] : value));
}

// A learning rate of PyTorch's may be a tensor.
const plain = (value: unknown): unknown =>
  dtypeOf(value) !== null && lengthOf(value as ArrayBufferView) === 1 ? single(value) : value;

/** Reads the options of a group of a state for one of the optimizer's. */
export function fitOptions<Options extends object>(
  rule: Rule<Options>,
  group: GroupOptions<Options>,
  from: SavedGroup,
): Fit<Options> {
  const { index } = from;
  const options: Loose = { ...from.options };
  const [saved, changes]: [Loose, Loose] = [{}, {}];
  for (const [key, value] of group.entries()) {
    const name = snake(key);
    if (Object.hasOwn(options, name)) {
      saved[key] = plain(options[name]);
      if (typeof value !== 'function') changes[key] = keepFunctions(value, saved[key]);
    }
    delete options[name];
  }
  const unknown = Object.keys(options).find(name => !passes(name, options[name], rule, group));
  if (unknown !== undefined) {
    refuse(
      `Expected ${shownOf(index)} to have options of ${rule.title ?? rule.name} ` +
        `(${Object.keys(optionsOf(rule)).map(snake).join(', ')}), got ${show(unknown)}`,
    );
  }
  return within(index, () => {
    group.check(changes);
    const flags = group.flagsWith(changes);
    const kept = flags.join() === group.flags.join() ? [] : switchedOn(rule, group, changes, flags, index);
    for (const key of kept) delete changes[key];
    const numbers = { ...group.numbers, ...saved };
    return { from, saved, changes, kept, numbers, flags: flagsOf(rule, numbers) ?? flags };
  });
}

// Null where numbers do not go together, as a function of the step may come through some: a momentum of 0 with Nesterov.
function flagsOf<Options extends object>(
  rule: Rule<Options>,
  numbers: Numbers<Options>,
): readonly string[] | null {
  try {
    return rule.flags?.(numbers) ?? [];
  } catch {
    return null;
  }
}

/** Whether an option that is none of ours may be passed over: it does nothing, or says what the rule does anyway. */
function passes<Options extends object>(
  name: string,
  value: unknown,
  rule: Rule<Options>,
  { numbers }: GroupOptions<Options>,
): boolean {
  if (name !== 'decoupled_weight_decay') return hasNoEffect(name);
  return value === rule.weightDecay?.(numbers).decoupled;
}

/** The options that must stay so that a group keeps its flags, where those are more than the state was made with. */
function switchedOn<Options extends object>(
  rule: Rule<Options>,
  group: GroupOptions<Options>,
  changes: Loose,
  flags: readonly string[],
  index: number,
): string[] {
  const [has, had] = [slotsOf(rule, group.flags), slotsOf(rule, flags)];
  const joins = has.every(
    (slot, k) => slot === had[k] || (had[k] === null && joinOf(rule, slot!) !== undefined),
  );
  const more = flags.every(flag => group.flags.includes(flag));
  const keys = Object.keys(changes);
  const sets = [...keys.map(key => [key]), ...keys.flatMap((a, i) => keys.slice(i + 1).map(b => [a, b]))];
  const own = Object.fromEntries(group.entries());
  const same = (set: readonly string[]): boolean => {
    try {
      const mixed = { ...changes, ...Object.fromEntries(set.map(key => [key, own[key]])) };
      return group.flagsWith(mixed).join() === group.flags.join();
    } catch {
      // Two that do not go together.
      return false;
    }
  };
  const kept = sets.find(same) ?? keys;
  if (joins && more) return kept;
  const text = kept.map(key => `${key}: ${show(changes[key])}`).join(', ');
  return refuse(
    `Expected ${shownOf(index)} to have been made with ${kept.map(key => `${key}: ${show(own[key])}`).join(', ')}, got ` +
      `${text}, which needs other state; construct the optimizer with ${text}`,
  );
}

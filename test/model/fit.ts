/** Whether options and states fit, worked out again: the model's own idea of what an optimizer must take, and what comes of it. */
import type { Range } from '../../src/ranges.js';
import { defaultsOf, optionsOf } from '../../src/rule.js';
import type { StateDict } from '../../src/state/dict.js';
import type { FloatArray } from '../../src/types.js';
import { type AnyRule, at, dtypeOf, flagsOf, type Options, type Twin } from '../random/twin.js';

const limits = {
  float32: [2 ** -149, 3.4028234663852886e38],
  float64: [2 ** -1074, Number.MAX_VALUE],
} as const;

function inRange(value: unknown, range: Range, dtypes: readonly ('float32' | 'float64')[]): boolean {
  if (range.kind === 'flag') return typeof value === 'boolean';
  if (range.kind === 'choice') return range.of.includes(value as string);
  if (range.kind === 'list')
    return (
      Array.isArray(value) &&
      value.length >= (range.least ?? range.length) &&
      value.length <= range.length &&
      value.every(x => inRange(x, range.of, dtypes))
    );
  if (typeof value === 'function' || (value === null && range.orNull)) return true;
  if (typeof value !== 'number' || !range.holds(value)) return false;
  return dtypes.every(dtype => {
    const [least, most] = limits[dtype];
    return Math.abs(value) <= most && !(range.stays && value !== 0 && value <= least / 2);
  });
}

function goTogether(rule: AnyRule, given: Options, numbers: Options, flags: readonly string[]): boolean {
  try {
    rule.check?.(numbers);
    return flagsOf(rule, given, numbers).join() === flags.join();
  } catch {
    return false;
  }
}

/** What a group's options become with these in their place; null where they cannot. */
export function changed(twin: Twin, group: number, changes: Options, t: number): Options | null {
  const { given, flags } = twin.groups[group]!;
  const { rule } = twin;
  const next = {
    ...given,
    ...Object.fromEntries(Object.entries(changes).filter(([, x]) => x !== undefined)),
  };
  if (Object.keys(next).some(key => !Object.hasOwn(defaultsOf(rule), key))) return null;
  const dtypes = twin.tensors.filter(tensor => tensor.group === group).map(({ p }) => dtypeOf(p));
  if (!Object.entries(optionsOf(rule)).every(([key, { range }]) => inRange(next[key], range, dtypes)))
    return null;
  return goTogether(rule, next, at(next, t), flags) ? next : null;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** The options that a saved group leads to, or null. */
function groupFits(twin: Twin, group: number, saved: Record<string, unknown>, t: number): Options | null {
  const { given } = twin.groups[group]!;
  const names = twin.tensors.filter(tensor => tensor.group === group).map(({ name }) => name);
  const { params, ...options } = saved;
  if ((params as string[]).join() !== names.join()) return null;
  const keys = new Map(Object.keys(given).map(key => [snake(key), key]));
  const changes: Options = {};
  for (const [name, value] of Object.entries(options)) {
    const key = keys.get(name);
    if (key === undefined) return null;
    const live = given[key];
    // A function of the step stays where it is, by itself and in a pair.
    if (typeof live === 'function') continue;
    changes[key] =
      Array.isArray(live) && Array.isArray(value)
        ? value.map((x, i) => (typeof live[i] === 'function' ? live[i] : x))
        : value;
  }
  return changed(twin, group, changes, t);
}

function entryFits(twin: Twin, i: number, entry: Record<string, unknown>): boolean {
  const tensor = twin.tensors[i]!;
  const lasting = twin.lasting(tensor);
  const scalars = Object.keys(twin.rule.scalars?.(twin.groups[tensor.group]!.numbers) ?? {});
  const keys = ['step', ...scalars, ...lasting.map(([name]) => name)];
  if (Object.keys(entry).sort().join() !== keys.sort().join()) return false;
  return (
    // One that is made of gradients may be as they are.
    scalars.every(name => twin.rule.clock === 'own' || Number.isFinite(entry[name])) &&
    lasting.every(([name, slot]) => {
      const given = entry[name] as FloatArray;
      return given.constructor === slot.constructor && given.length === slot.length;
    })
  );
}

/** Gives a state that an optimizer saved to a twin, if it fits; tells whether it did. */
export function load(twin: Twin, dict: StateDict): boolean {
  const { state, param_groups, steps = 0, model = {} } = dict;
  const t = Math.max(1, steps);
  if (param_groups.length !== twin.groups.length) return false;
  const names = twin.tensors.map(({ name }) => name);
  if (Object.keys(state).some(name => !names.includes(name))) return false;
  if (names.some((name, i) => state[name] && !entryFits(twin, i, state[name]))) return false;
  const options = param_groups.map((saved, group) => groupFits(twin, group, saved, t));
  if (options.includes(null)) return false;
  const scalars = Object.keys(twin.model);
  if (dict.model !== undefined && scalars.some(name => typeof model[name] !== 'number')) return false;
  for (const [group, given] of options.entries()) twin.set(group, given!, t);
  twin.steps = steps;
  twin.model =
    dict.model === undefined
      ? (twin.rule.model?.(twin.groups[0]!.numbers) ?? {})
      : Object.fromEntries(scalars.map(name => [name, model[name]!]));
  for (const tensor of twin.tensors) {
    const entry = state[tensor.name];
    twin.reset(tensor);
    if (entry === undefined) continue;
    tensor.begun = true;
    tensor.t = entry.step;
    tensor.scalars = Object.fromEntries(
      Object.keys(tensor.scalars).map(name => [name, entry[name] as number]),
    );
    for (const [name, slot] of twin.lasting(tensor)) slot.set(entry[name] as FloatArray);
  }
  return true;
}

/** An optimizer's state, into it: all is read, checked and matched before anything is changed. */
import { Clock, newClock } from '../clock.js';
import { show } from '../errors.js';
import { describe, lengthOf } from '../memory.js';
import type { Numbers } from '../option-table.js';
import type { GroupOptions } from '../options.js';
import type { Scalars } from '../pass.js';
import { product } from '../shape.js';
import { isOfOtherKind } from '../slots.js';
import { listedNames, record, refuse, whole } from './checks.js';
import type { Stateful, StatefulTensor } from './dict.js';
import { fillSlot, startingSlots } from './fill.js';
import { namesIn } from './foreign.js';
import {
  type Fit,
  fitOptions,
  groupOfName,
  pairGroups,
  readGroups,
  type SavedGroup,
  within,
} from './groups.js';
import { dynamicOf, matchKept, readKept } from './memories.js';
import { type Incoming, readParameter, type Values } from './parameter.js';
import type { DifferingOption, LoadReport, Mismatch } from './report.js';
import { Stored } from './stored.js';

/** What a state comes to, once all of it is known to fit. */
export interface Arrival {
  /** The optimizer's steps. */
  readonly steps: number;
  /** The scalars of the whole model. */
  readonly model: Scalars;
  /** What is to be in the slots. */
  readonly slots: readonly { readonly tensor: number; readonly slot: number; readonly values: Values }[];
  readonly report: LoadReport;
  /** Takes over all of it but for arrays that are not in memory yet. Runs no code of the user's, and cannot fail. */
  adopt(): void;
}

/** How a state is matched. */
export interface Matching {
  /** Whether what has no counterpart on the other side is left as it is. */
  readonly partial?: boolean;
  /** Parameters that are known to be others: they count as mismatched. */
  readonly others?: ReadonlyMap<string, Mismatch>;
}

/** Where PyTorch has numbers for parameters and names beside them, they stand under their names. */
function byName(
  dict: Record<string, unknown>,
  tensors: readonly { readonly named: boolean }[],
): Record<string, unknown> {
  const { state, param_groups: groups } = dict;
  if (!Array.isArray(groups) || !tensors.some(({ named }) => named)) return dict;
  const named = Array.from(groups, group => namesIn(Object(group)));
  if (!named.some(names => names !== null)) return dict;
  const entries = new Map(Object.entries(record(state, 'state')));
  const renamed = groups.map((group, i) => {
    const names = named[i] ?? null;
    if (names === null) return group;
    group.params.forEach((key: unknown, k: number) => {
      const entry = entries.get(String(key));
      entries.delete(String(key));
      if (entry !== undefined) entries.set(names[k]!, entry);
    });
    return { ...group, params: names };
  });
  return { ...dict, state: Object.fromEntries(entries), param_groups: renamed };
}

/** Reads, checks and matches everything, and changes nothing. */
export function matchState<Options extends object>(
  given: unknown,
  optimizer: Stateful<Options>,
  { partial = false, others = new Map() }: Matching = {},
): Arrival {
  const { rule, kernel, tensors, groups, clocks } = optimizer;
  const dict = byName(record(given, 'the state dict'), tensors);
  const state = record(dict.state, 'state');
  const names = tensors.map(({ name }) => name);
  const known = new Set(names);
  const unknown = Object.keys(state).filter(name => !known.has(name));
  if (unknown.length > 0 && !partial)
    refuse(`Expected state to have keys out of ${listedNames(names)}, got ${show(unknown[0])}`);

  if (!Array.isArray(dict.param_groups) || (!partial && dict.param_groups.length !== groups.length))
    refuse(`Expected param_groups to be a list of ${groups.length}, got ${describe(dict.param_groups)}`);
  const saved = readGroups(dict.param_groups);
  const kept = readKept(dict.schedules, saved.length);
  const pairs = partial ? null : pairGroups(saved, groups, tensors);
  const origins = groupOfName(saved);
  const fits = new Map<string, Fit<Options>>();
  const fitOf = (group: GroupOptions<Options>, from: SavedGroup): Fit<Options> => {
    const key = `${groups.indexOf(group)} ${from.index}`;
    const fit = fits.get(key) ?? fitOptions(rule, group, from);
    fits.set(key, fit);
    return fit;
  };

  // What comes in for each tensor: null where it begins anew, undefined where it stays as it is.
  const mismatched: Mismatch[] = [];
  const incoming = tensors.map((tensor): Incoming | null | undefined => {
    const { name, options } = tensor;
    const from = origins.get(name);
    const other = others.get(name);
    if (other !== undefined) mismatched.push(other);
    if (from === undefined || other !== undefined) return undefined;
    const fit = fitOf(options, from);
    if (!Object.hasOwn(state, name)) return null;
    if (
      partial &&
      rule.grid &&
      isOfOtherKind(rule, tensor.grid !== null, Object.keys(record(state[name], `state[${show(name)}]`)))
    ) {
      const [expected, got] = tensor.grid ? ['a matrix', 'a vector'] : ['a vector', 'a matrix'];
      mismatched.push({ name, expected, got });
      return undefined;
    }
    const read = readParameter(state[name], tensor, rule, fit);
    if (!('expected' in read)) return read;
    if (!partial) refuse(`Expected ${read.name} to be ${read.expected} for its parameter, got ${read.got}`);
    mismatched.push({ ...read, name });
    return undefined;
  });
  const loaded = names.filter((_, i) => incoming[i] !== undefined);
  if (loaded.length === 0 && names.length > 0) {
    const got = mismatched[0]
      ? `${show(mismatched[0].name)} as ${mismatched[0].got}`
      : listedNames([...origins.keys()]);
    refuse(`Expected a state of ${listedNames(names)}, or of some of them, got ${got || 'none'}`);
  }

  const furthest = incoming.reduce((most, entry) => Math.max(most, entry?.t ?? 0), 0);
  const { steps: counted } = dict;
  const uncounted = incoming.some(entry => entry?.t === null) ? 1 : 0;
  let steps = counted === undefined ? Math.max(furthest, uncounted) : whole(counted, 'steps');
  const clockOf = (entry: Incoming | null): number => (entry === null ? 0 : (entry.t ?? Math.max(1, steps)));
  incoming.forEach((entry, i) => {
    const t = entry === undefined ? clocks.of[i]!.t : clockOf(entry);
    if (t <= steps) return;
    // Where only a part is loaded, what stays may have come further.
    if (entry === undefined) steps = t;
    else refuse(`Expected steps to be at least state[${JSON.stringify(names[i])}].step, ${t}, got ${steps}`);
  });

  // Functions of the step stand in a state dict with their value of the last step.
  const t = Math.max(1, steps);
  const differing: DifferingOption[] = [];
  const remembered: (() => void)[] = [];
  const options = groups.map((group, i) => {
    const own = tensors.filter((tensor, k) => tensor.options === group && incoming[k] !== undefined);
    const sources = new Set(pairs === null ? own.map(({ name }) => origins.get(name)!) : [pairs[i]!]);
    // Of several, none is the group's.
    if (sources.size !== 1) return group;
    const [from] = sources;
    const { saved: was, changes, kept: stay } = fitOf(group, from!);
    const last: Record<string, unknown> = {};
    const dynamic = dynamicOf(group);
    for (const one of dynamic) {
      const { key, at, name } = one;
      const number = at === null ? was[key] : (was[key] as readonly unknown[] | undefined)?.[at];
      const { adopt, whole } = matchKept(one, kept?.[from!.index] ?? null, from!.index, number);
      remembered.push(...adopt);
      if (whole && number !== undefined) last[name] = number;
    }
    const next = within(from!.index, () => group.checked(changes, t, last));
    const now = next.numbers as Record<string, unknown>;
    for (const key of new Set([...stay, ...dynamic.map(one => one.key)])) {
      if (Object.hasOwn(was, key) && !isAlike(was[key], now[key]))
        differing.push({ group: i, option: key, saved: was[key], now: now[key] });
    }
    return next;
  });

  const numbersOf = ({ options: of }: StatefulTensor<Options>) => options[groups.indexOf(of)]!.numbers;
  const slots = tensors.flatMap((one, tensor) => {
    const entry = incoming[tensor];
    if (entry === undefined) return [];
    const fillings = entry?.slots ?? startingSlots(rule, one, numbersOf(one));
    return fillings.map(([slot, values]) => ({ tensor, slot, values }));
  });
  // Getters and schedules have run since the arrays were looked at.
  for (const { tensor, slot, values } of slots) {
    if (typeof values === 'number' || Stored.is(values)) continue;
    const { name, slotShapes } = tensors[tensor]!;
    if (lengthOf(values) !== product(slotShapes[slot]!))
      refuse(`Expected state[${JSON.stringify(name)}] to keep its memory, but it was detached or resized`);
  }

  const adopt = (): void => {
    groups.forEach((group, i) => {
      if (options[i] !== group) group.adopt(options[i]!);
    });
    for (const one of remembered) one();
    const shared = new Map<string, Clock<Options>>();
    const assigned = tensors.map((tensor, i) => {
      const entry = incoming[i];
      if (entry === undefined) return null;
      const given = entry
        ? new Clock(tensor.options, tensor.dtype, clockOf(entry), entry.scalars)
        : newClock(rule, tensor.options, tensor.dtype);
      // Tensors of a group that are equally far go on together, unless each has a clock of its own.
      const own = rule.clock === 'own' ? i : null;
      const key = JSON.stringify([groups.indexOf(tensor.options), tensor.dtype, given.t, given.scalars, own]);
      const clock = shared.get(key) ?? given;
      shared.set(key, clock);
      return clock;
    });
    clocks.assign(assigned);
    for (const { tensor, slot, values } of slots) {
      if (typeof values === 'number') fillSlot(kernel, tensor, tensors[tensor]!, slot, values);
      else if (!Stored.is(values)) kernel.write(tensor, slot, values, 0);
    }
  };
  const places = new Set([...loaded, ...mismatched.map(({ name }) => name)]);
  const report = {
    loaded,
    missing: names.filter(name => !places.has(name)),
    unexpected: [...new Set([...origins.keys(), ...unknown])].filter(name => !known.has(name)),
    mismatched,
    differing,
  };
  return {
    steps,
    model: modelIn(dict.model, optimizer, partial ? null : options[0]!.numbers),
    slots,
    report,
    adopt,
  };
}

/** The scalars of the model that a state has; where it has none, they begin anew by these options, or stay as they are. */
function modelIn<Options extends object>(
  given: unknown,
  { rule, model }: Stateful<Options>,
  numbers: Numbers<Options> | null,
): Scalars {
  if (rule.model === undefined) return model;
  const first = numbers === null ? model : rule.model(numbers);
  if (given === undefined) return first;
  const saved = record(given, 'model');
  return Object.fromEntries(
    Object.keys(first).map(key => {
      const value = saved[key];
      // What gradients that are not finite have left behind is a number, too.
      if (typeof value !== 'number') refuse(`Expected model.${key} to be a number, got ${show(value)}`);
      return [key, value as number];
    }),
  );
}

// Functions of the user's may come out a bit otherwise on another engine.
function isAlike(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((x, i) => isAlike(x, b[i]));
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

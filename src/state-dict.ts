/** An optimizer's state as a plain object, in PyTorch's shape and under PyTorch's names; and the way back. */
import type { Kernel } from './backends/backend.js';
import { Span } from './checkpoint/span.js';
import { Clock, type Clocks, newClock } from './clock.js';
import { StateError, show } from './errors.js';
import { describe, dtypeOf, lengthOf, newArray } from './memory.js';
import type { GroupOptions } from './options.js';
import type { Numbers, Rule, Slots } from './rules/rule.js';
import type { Dtype, FloatArray } from './types.js';

/** One parameter's state: its step count, slots (`exp_avg`) and scalars (`mu_product`). */
export interface ParameterState {
  /** Steps that this parameter took. */
  step: number;
  [slotOrScalar: string]: FloatArray | number;
}

/** What `stateDict()` gives. */
export interface StateDict {
  /**
   * By parameter: its name, or its place in the list. One that never had a gradient has no entry, as in PyTorch; but for
   * `Adagrad`, whose sums are there from construction on.
   */
  state: Record<string, ParameterState>;
  /** The options of each group in snake_case, and the keys of its parameters. */
  param_groups: Record<string, unknown>[];
  /** Steps of the optimizer, which schedules go by. Where it is absent, the largest step count of a parameter. */
  steps?: number;
}

/** A tensor as its state is concerned. */
export interface StatefulTensor<Options extends object> {
  readonly name: string;
  readonly dtype: Dtype;
  readonly length: number;
  readonly options: GroupOptions<Options>;
  readonly slots: Slots;
}

/** An optimizer as its state is concerned. */
export interface Stateful<Options extends object> {
  readonly rule: Rule<Options>;
  readonly kernel: Kernel;
  readonly tensors: readonly StatefulTensor<Options>[];
  readonly groups: readonly GroupOptions<Options>[];
  readonly clocks: Clocks<Options>;
  readonly steps: number;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

function refuse(message: string): never {
  throw new StateError('ERR_LANESTEP_STATE', message);
}

/** What is to be in a slot: an array, a number in all elements, or an array that is still in a checkpoint. */
type Values = FloatArray | number | Span;

/** A slot's number, and what is to be in it. */
type Filling<V extends Values = Values> = readonly [slot: number, values: V];

/** The slots of a tensor as they are before its first step. */
export function startingSlots<Options extends object>(
  rule: Rule<Options>,
  { slots }: StatefulTensor<Options>,
  numbers: Numbers<Options>,
): Filling<number>[] {
  const values = rule.initial?.(numbers) ?? [];
  return slots.flatMap((slot, k) => (slot === null ? [] : [[k, values[k] ?? 0] as const]));
}

// As many elements as are filled at a time.
const fillLength = 16384;

/** Writes one number into all elements of a slot. */
export function fillSlot(
  kernel: Kernel,
  tensor: number,
  { dtype, length }: Pick<StatefulTensor<object>, 'dtype' | 'length'>,
  slot: number,
  value: number,
): void {
  const values = newArray(dtype, Math.min(length, fillLength)).fill(value);
  for (let at = 0; at < length; at += fillLength) {
    kernel.write(tensor, slot, values.subarray(0, Math.min(fillLength, length - at)), at);
  }
}

/** The slots that belong to the state, with their numbers: not those that only serve within a step. */
export function lasting<Options extends object>(rule: Rule<Options>, slots: Slots): [string, number][] {
  return slots.flatMap((slot, k) =>
    slot === null || rule.scratch?.includes(slot) ? [] : [[slot, k] as [string, number]],
  );
}

// Arrays are copied: what is done to a state dict must not reach the optimizer, nor the defaults of its class.
const copied = (value: unknown): unknown => (Array.isArray(value) ? [...value] : value);

export function writeState<Options extends object>(optimizer: Stateful<Options>): StateDict {
  const { rule, kernel, tensors, clocks, steps } = optimizer;
  const state: Record<string, ParameterState> = {};
  tensors.forEach(({ name, slots, dtype, length }, i) => {
    const { t, scalars } = clocks.of[i]!;
    if (scalars === null) return;
    const entry: ParameterState = { step: t };
    for (const [slot, k] of lasting(rule, slots)) {
      const copy = newArray(dtype, length);
      kernel.read(i, k, copy, 0);
      entry[slot] = copy;
    }
    Object.defineProperty(state, name, {
      value: Object.assign(entry, scalars),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  });
  return { state, param_groups: groupsOf(optimizer), steps };
}

/** The options of each group, and the names of its parameters. */
export function groupsOf<Options extends object>({
  groups,
  tensors,
}: Stateful<Options>): Record<string, unknown>[] {
  return groups.map(group => ({
    ...Object.fromEntries(Object.entries(group.numbers).map(([key, value]) => [snake(key), copied(value)])),
    params: tensors.filter(({ options }) => options === group).map(({ name }) => name),
  }));
}

// Undefined for what is no array.
const arrayLength = (value: FloatArray): number | undefined =>
  dtypeOf(value) === null ? undefined : lengthOf(value);

function whole(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || value === Number.MAX_SAFE_INTEGER)
    refuse(`Expected ${name} to be a whole number >= 0, got ${show(value)}`);
  return value as number;
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    refuse(`Expected ${name} to be an object, got ${describe(value)}`);
  }
  return value as Record<string, unknown>;
}

/** What is to be written, once all of it is known to fit. */
interface Incoming {
  readonly index: number;
  readonly t: number;
  readonly scalars: Record<string, number>;
  readonly slots: readonly Filling[];
}

function readParameter<Options extends object>(
  given: unknown,
  index: number,
  { rule, tensors }: Stateful<Options>,
): Incoming {
  const { name, slots, dtype, length, options } = tensors[index]!;
  const shown = `state[${JSON.stringify(name)}]`;
  const entry = { ...record(given, shown) };
  const take = (key: string): unknown => {
    if (!Object.hasOwn(entry, key))
      refuse(`Expected ${shown} to have ${key}, got ${Object.keys(entry).join(', ') || 'nothing'}`);
    const value = entry[key];
    delete entry[key];
    return value;
  };
  const t = whole(take('step'), `${shown}.step`);
  const scalars: Record<string, number> = {};
  for (const key of Object.keys(rule.scalars?.(options.numbers) ?? {})) {
    const value = take(key);
    if (typeof value !== 'number' || !Number.isFinite(value))
      refuse(`Expected ${shown}.${key} to be a finite number, got ${show(value)}`);
    scalars[key] = value;
  }
  const taken = lasting(rule, slots).map(([slot, k]) => {
    const values = take(slot) as FloatArray | Span;
    const [given, has] = Span.is(values)
      ? [values.dtype, values.length]
      : [dtypeOf(values), arrayLength(values)];
    if (given !== dtype || has !== length) {
      const wanted = `${dtype === 'float32' ? 'Float32Array' : 'Float64Array'}(${length})`;
      const got = Span.is(values) ? String(values) : describe(values);
      refuse(`Expected ${shown}.${slot} to be ${wanted} like its parameter, got ${got}`);
    }
    return [k, values] as const;
  });
  const [unknown] = Object.keys(entry);
  if (unknown !== undefined) {
    const known = lasting(rule, slots).map(([slot]) => slot);
    refuse(
      `Expected ${shown} to have no more than ${['step', ...Object.keys(scalars), ...known].join(', ')}, got ${show(unknown)}`,
    );
  }
  return { index, t, scalars, slots: taken };
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

function readGroups<Options extends object>(
  given: unknown,
  { rule, groups, tensors }: Stateful<Options>,
  t: number,
) {
  if (!Array.isArray(given) || given.length !== groups.length) {
    refuse(`Expected param_groups to be a list of ${groups.length}, got ${describe(given)}`);
  }
  return groups.map((group, i) => {
    const shown = `param_groups[${i}]`;
    const { params, ...options } = record(given[i], shown);
    const names = tensors.filter(tensor => tensor.options === group).map(({ name }) => name);
    if (
      !Array.isArray(params) ||
      params.length !== names.length ||
      names.some((name, k) => keyOf(params[k]) !== name)
    ) {
      refuse(`Expected ${shown}.params to be ${names.join(', ')}, got ${listed(params)}`);
    }
    const changes: Record<string, unknown> = {};
    for (const [key, value] of group.entries()) {
      const own = Object.hasOwn(options, snake(key));
      const replaces = own && typeof value !== 'function';
      if (replaces) changes[key] = keepFunctions(value, options[snake(key)]);
      delete options[snake(key)];
    }
    const [unknown] = Object.keys(options);
    if (unknown !== undefined) {
      refuse(
        `Expected ${shown} to have options of ${rule.name} (${Object.keys(rule.defaults).map(snake).join(', ')}), got ${show(unknown)}`,
      );
    }
    try {
      return group.checked(changes, t);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : show(cause);
      throw new StateError('ERR_LANESTEP_STATE', `${shown}: ${message}`, { cause });
    }
  });
}

// Of a pair, the half that is a function of the step stays.
function keepFunctions(live: unknown, saved: unknown): unknown {
  if (!Array.isArray(live) || !Array.isArray(saved)) return saved;
  return saved.map((value, i) => (typeof live[i] === 'function' ? live[i] : value));
}

/** What a state comes to, once all of it is known to fit. */
export interface Arrival {
  /** The optimizer's steps. */
  readonly steps: number;
  /** What is to be in the slots. */
  readonly slots: readonly { readonly tensor: number; readonly slot: number; readonly values: Values }[];
  /** Takes over all of it but for arrays that are still in a checkpoint. Runs no code of the user's, and cannot fail. */
  adopt(): void;
}

/** Reads, checks and matches everything, and changes nothing. */
export function matchState<Options extends object>(given: unknown, optimizer: Stateful<Options>): Arrival {
  const { rule, kernel, tensors, groups, clocks } = optimizer;
  const dict = record(given, 'the state dict');
  const state = record(dict.state, 'state');
  const names = tensors.map(({ name }) => name);
  const known = new Set(names);
  const unknown = Object.keys(state).find(name => !known.has(name));
  if (unknown !== undefined)
    refuse(`Expected state to have keys out of ${names.join(', ')}, got ${show(unknown)}`);
  const incoming = names.map((name, i): Incoming | null =>
    Object.hasOwn(state, name) ? readParameter(state[name], i, optimizer) : null,
  );
  const furthest = incoming.reduce((most, entry) => Math.max(most, entry?.t ?? 0), 0);
  const { steps: counted = furthest } = dict;
  const steps = whole(counted, 'steps');
  // Functions of the step stand in a state dict with their value of the last step.
  const options = readGroups(dict.param_groups, optimizer, Math.max(1, steps));
  const numbersOf = ({ options: of }: StatefulTensor<Options>) => options[groups.indexOf(of)]!.numbers;
  const slots = tensors.flatMap((one, tensor) => {
    const fillings = incoming[tensor]?.slots ?? startingSlots(rule, one, numbersOf(one));
    return fillings.map(([slot, values]) => ({ tensor, slot, values }));
  });
  // Getters and schedules have run since the arrays were looked at.
  for (const { tensor, values } of slots) {
    if (typeof values === 'number' || Span.is(values)) continue;
    const { name, length } = tensors[tensor]!;
    if (lengthOf(values) !== length)
      refuse(`Expected state[${JSON.stringify(name)}] to keep its memory, but it was detached or resized`);
  }

  const adopt = (): void => {
    groups.forEach((group, i) => {
      group.adopt(options[i]!);
    });
    const shared = new Map<string, Clock<Options>>();
    const assigned = tensors.map((tensor, i) => {
      const entry = incoming[i] ?? null;
      const given = entry
        ? new Clock(tensor.options, tensor.dtype, entry.t, entry.scalars)
        : newClock(rule, tensor.options, tensor.dtype);
      // Tensors of a group that are equally far go on together.
      const key = JSON.stringify([groups.indexOf(tensor.options), tensor.dtype, given.t, given.scalars]);
      const clock = shared.get(key) ?? given;
      shared.set(key, clock);
      return clock;
    });
    clocks.assign(assigned);
    for (const { tensor, slot, values } of slots) {
      if (typeof values === 'number') fillSlot(kernel, tensor, tensors[tensor]!, slot, values);
      else if (!Span.is(values)) kernel.write(tensor, slot, values, 0);
    }
  };
  return { steps, slots, adopt };
}

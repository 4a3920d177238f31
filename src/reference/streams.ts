/** Which arrays a step goes through: told by its kernels themselves, run once over names instead of numbers. */
import type { Numbers } from '../option-table.js';
import type { Passes } from '../pass.js';
import type { Rule } from '../rule.js';
import type { Arithmetic } from './arithmetic.js';
import { rules } from './index.js';
import { kernelOf, noSides, vectors } from './rehearse.js';

// biome-ignore lint/suspicious/noExplicitAny: a table over rules of many option types
type AnyRule = Rule<any>;

/** The arrays of one pass: how many are only read, how many read and written back, how many written without being read. */
export interface Streams {
  readonly kernel: string;
  readonly read: number;
  readonly written: number;
  readonly over: number;
}

/** The letters that a number was made of. */
type Letters = ReadonlySet<number>;

const together = (...all: unknown[]): Letters =>
  new Set(all.flatMap(one => (one instanceof Set ? [...(one as Set<number>)] : [])));

/** An arithmetic over letters; what is added up is used, too. */
function tracing(used: Set<number>): Arithmetic {
  const sum = (_: unknown, ...terms: unknown[]) => {
    for (const letter of together(...terms)) used.add(letter);
  };
  return new Proxy({} as Arithmetic, {
    get: (_, word) => (word === 'plus' || word === 'most' ? sum : together),
  });
}

/** The arrays of a kernel, by its whole name, with so many slots. */
export function streamsOf(kernel: string, slots: readonly (string | null)[]): Streams {
  const [name, ...flags] = kernel.split('.') as [string, ...string[]];
  const flagged = Object.fromEntries(flags.map(flag => [flag, true]));
  if (name === 'sgd' && flagged.nesterov) flagged.momentum = true;
  const used = new Set<number>();
  const update = (rules[kernel] ?? rules[name]!)(tracing(used), Array(12).fill(1), flagged, []);
  // The parameter, the gradient, the slots; a letter that a variant leaves out is a number.
  const letters = [
    new Set([0]),
    new Set([1]),
    ...slots.map((slot, k) => (slot === null ? 0 : new Set([k + 2]))),
  ];
  const after = (update as unknown as (...values: unknown[]) => readonly unknown[])(...letters);
  const written = new Set<number>();
  after.forEach((value, k) => {
    const letter = k === 0 ? 0 : k + 1;
    if (value === undefined || letters[letter] === undefined || letters[letter] === 0) return;
    // A letter that comes back as it was is not stored.
    if (value === letters[letter]) return;
    written.add(letter);
    for (const other of together(value)) used.add(other);
  });
  const over = [...written].filter(letter => !used.has(letter)).length;
  return {
    kernel,
    read: [...used].filter(letter => !written.has(letter)).length,
    written: written.size - over,
    over,
  };
}

/** The passes of a step in which every tensor has a gradient. */
export function passesOf(
  rule: AnyRule,
  options: Numbers<object>,
  slots: readonly (string | null)[],
): Streams[] {
  const { clipNorm = null, nonFinite = 'propagate' } = options as {
    clipNorm?: number | null;
    nonFinite?: string;
  };
  const flags = rule.flags?.(options) ?? [];
  const looked = clipNorm === null && nonFinite === 'propagate' ? [] : [streamsOf('norm', slots)];
  if (rule.passes === undefined) return [...looked, streamsOf([rule.name, ...flags].join('.'), slots)];
  const passes: Passes<object> = rule.passes({
    options,
    groups: [options],
    t: 2,
    model: rule.model?.(options) ?? {},
    tensors: vectors,
    loss: 1.5,
    hessian: true,
  });
  const found: Streams[] = [];
  for (
    let next = passes.next();
    !next.done;
    next = passes.next({ ...noSides, of: () => 1, all: () => 1, most: () => 1 })
  ) {
    if (next.value === 'gradients') found.push(...looked);
    else if (next.value.over !== 'absent' && next.value.over !== 'grids')
      found.push(streamsOf(kernelOf(rule.name, flags, next.value), slots));
  }
  return rule.closure ? found : [...looked, ...found];
}

/** How many arrays of the elements' type a step moves: what is written back is moved twice. */
export const movesOf = (passes: readonly Streams[]): number =>
  passes.reduce((sum, { read, written, over }) => sum + read + 2 * written + over, 0);

/**
 * What others make of a state dict: PyTorch's own has tensors for single numbers and options that say how it computes;
 * JSON has objects or lists for arrays.
 */
import { show } from '../errors.js';
import { isPlain } from '../given.js';
import { dtypeOf, lengthOf, newArray } from '../memory.js';
import type { Dtype, FloatArray } from '../types.js';
import { refuse } from './checks.js';

/**
 * Options of PyTorch's groups that change no number: which of its implementations runs, and what its schedulers and
 * `named_parameters` write down beside the options.
 */
const withoutEffect = new Set([
  'foreach',
  'fused',
  'capturable',
  'differentiable',
  'initial_lr',
  'max_lr',
  'min_lr',
  'base_momentum',
  'max_momentum',
  'param_names',
]);

/** Whether an option of PyTorch's changes no number of a step. */
export const hasNoEffect = (option: string): boolean => withoutEffect.has(option);

// The keys "0", "1" … that JSON makes of a typed array.
const isJsonArray = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !ArrayBuffer.isView(value) &&
  isPlain(value) &&
  Object.keys(value).every((key, i) => key === String(i));

const deepest = 32;

/** What is in lists of lists, row by row, and as how many as the first of each depth has; null where they are too many in each other. */
function flat(
  list: readonly unknown[],
  lengths: number[],
  depth = 0,
  into: unknown[] = [],
): unknown[] | null {
  if (depth > deepest) return null;
  lengths[depth] ??= list.length;
  for (let i = 0; i < list.length; i++) {
    const one = list[i];
    if (!Array.isArray(one)) into.push(one);
    else if (flat(one, lengths, depth + 1, into) === null) return null;
  }
  return into;
}

/**
 * The elements of lists of numbers, or of JSON of an array; null where a value is neither.
 *
 * @param lengths is filled with those of the lists, from the outermost on
 */
export function elementsOf(value: unknown, lengths: number[] = []): readonly unknown[] | null {
  try {
    if (Array.isArray(value)) return flat(value, lengths);
    return isJsonArray(value) ? Object.values(value) : null;
  } catch {
    // A Proxy that does not say, or was revoked.
    return null;
  }
}

/**
 * The array that lists of numbers, or JSON of an array, stand for; null where a value is neither, or not so long.
 *
 * @param lengths is filled with those of the lists, from the outermost on
 * @throws StateError where an element is no number of the type
 */
export function arrayFrom(
  value: unknown,
  dtype: Dtype,
  length: number,
  shown: string,
  lengths: number[] = [],
): FloatArray | null {
  const given = elementsOf(value, lengths);
  if (given?.length !== length) return null;
  const array = newArray(dtype, length);
  for (let i = 0; i < length; i++) {
    const element = given[i];
    if (typeof element !== 'number') {
      const why =
        element === null
          ? '; JSON writes NaN and infinities as null: keep such a state by serialize() or structuredClone()'
          : '';
      refuse(`Expected ${shown}[${i}] to be a number, got ${show(element)}${why}`);
    }
    array[i] = element;
    if (Number.isFinite(element) && !Number.isFinite(array[i]))
      refuse(`Expected ${shown}[${i}] to be a number of ${dtype}, got ${show(element)}`);
  }
  return array;
}

/** The number in an array, list or JSON of an array of one element; any other value as it is. */
export function single(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView || lengthOf(value) !== 1) return value;
    const [element] = value as unknown as ArrayLike<number | bigint> & Iterable<number | bigint>;
    return dtypeOf(value) === null && typeof element === 'bigint' ? Number(element) : element;
  }
  const all = elementsOf(value);
  return all?.length === 1 && typeof all[0] === 'number' ? all[0] : value;
}

/** Parameters by name where PyTorch has numbers and, in `param_names`, names for them. */
export function namesIn(group: Readonly<Record<string, unknown>>): readonly string[] | null {
  const { params, param_names: names } = group;
  const fits =
    Array.isArray(params) &&
    Array.isArray(names) &&
    names.length === params.length &&
    names.every(name => typeof name === 'string');
  return fits ? [...(names as string[])] : null;
}

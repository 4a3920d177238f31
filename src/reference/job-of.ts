// The job of a variant or a sequence: made-up tensors and gradients, and the rows that an optimizer would write.
import { extentLength, maxSlots, extent as ofExtent } from '../backends/backend.js';
import { limits } from '../ranges.js';
import { gridOf, product, type Shape, type Stack, stackOf } from '../shape.js';
import { extentsOf, factored, slotsOf, startsOf } from '../slots.js';
import { noStages, type StageNumbers, stageNumbers } from '../stages.js';
import type { Dtype, FloatArray } from '../types.js';
import { arrays, type Job, type Walk } from './jobs.js';
import { rehearsed } from './rehearse.js';
import type { Sequence } from './sequences.js';
import type { Variant } from './variants.js';

/**
 * What the numbers of a job are. `ordinary`: of many magnitudes. `every kind`: a fifth of them zeros, infinities, NaN,
 * the least and the largest. `near one`: parameters of 1 to 2, gradients below 1 and slots as a rule begins with, so that
 * no step cancels a parameter and a distance in ulps means something.
 */
export type NumberKind = 'ordinary' | 'every kind' | 'near one';

/** How large a job is, and what it is made of. */
export interface Extent {
  readonly lengths: readonly number[];
  /** Of tensors that are walked row by row: their shapes, in place of lengths. */
  readonly shapes?: readonly Shape[];
  readonly steps: number;
  readonly numbers: NumberKind;
  /** The stages' numbers, where they are not to be those of the variant's options: of a sequence, those that change nothing. */
  readonly stages?: StageNumbers;
}

/** A small generator of its own, so that the data do not change with the package's. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ordinary numbers of many magnitudes and, on demand, every kind that is not ordinary. */
function numbers(dtype: Dtype, length: number, seed: number, specials: boolean): FloatArray {
  const random = generator(seed);
  const least = dtype === 'float32' ? 2 ** -149 : 2 ** -1074;
  const most = dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const special = [
    0,
    -0,
    Infinity,
    -Infinity,
    Number.NaN,
    least,
    -least,
    least * 2 ** 20,
    most,
    -most,
    Math.sqrt(most),
    1e-30,
  ];
  const scales = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];
  const array = new arrays[dtype](length);
  for (let i = 0; i < length; i++) {
    array[i] = (random() - 0.5) * scales[Math.floor(random() * 8)]!;
    if (specials && random() < 0.2) array[i] = special[Math.floor(random() * special.length)]!;
  }
  return array;
}

/** Numbers between two bounds, of either sign. */
function between(dtype: Dtype, length: number, seed: number, low: number, high: number): FloatArray {
  const random = generator(seed);
  return new arrays[dtype](length).map(
    () => (random() < 0.5 ? -1 : 1) * (low + (high - low) * random()),
  ) as FloatArray;
}

/** The letters of state that the variant's kernel keeps. */
export const lettersOf = ({ rule, kernel }: Variant): boolean[] =>
  extentsOf(rule, slotsOf(rule, kernel.split('.').slice(1))).map(of => of !== ofExtent.none);

/** The passes of so many steps, with the rows that an optimizer would write. */
function stepsOf(
  { rule, options, kernel, byRows }: Variant,
  dtype: Dtype,
  { steps, stages }: Extent,
): Walk[][] {
  let scalars = rule.scalars?.(options) ?? {};
  return Array.from({ length: steps }, (_, i) => {
    if (rule.passes !== undefined && !rule.closure) {
      const walks = rehearsed(rule, options, i + 1, scalars, limits[dtype].least, byRows ? [factored] : []);
      scalars = rule.advance?.(options, i + 1, scalars) ?? scalars;
      return stages === undefined
        ? walks
        : walks.map(walk => ({ ...walk, row: [...stages, ...walk.row.slice(3)] }));
    }
    const row = [
      ...(stages ?? stageNumbers(rule, options)),
      ...rule.coefficients!(options, i + 1, scalars, limits[dtype].least),
    ];
    scalars = rule.advance?.(options, i + 1, scalars) ?? scalars;
    return [{ kernel, row }];
  });
}

const passesOf = ({ passes }: Sequence, { steps, stages = noStages }: Extent): Walk[][] =>
  Array.from({ length: steps }, () =>
    passes.map(({ kernel, coefficients }) => ({ kernel, row: [...stages, ...coefficients] })),
  );

/** What fills the slots of a variant that begins as its rule says: a number, or, where it is null, what the parameter holds. */
function beginningsOf({ rule, options }: Variant): (number | null)[] {
  const starts = startsOf(rule, options);
  // A slot that lives within a step holds the parameter, as Nesterov's origin does.
  return starts.map((start, k) => (rule.slots[k]!.scratch ? null : start));
}

/** So many elements as matrices: of many rows or few, of one, of none; now and then several of them. */
export function stackOfLength(length: number, i: number): Stack {
  const [none, other] = [
    [2, 0, 3],
    [2, 3, 0],
  ].map(([matrices, rows, columns]) => ({
    matrices: matrices!,
    rows: rows!,
    columns: columns!,
  }));
  if (length === 0) return i % 2 === 0 ? none! : other!;
  const divisors = Array.from({ length }, (_, k) => k + 1).filter(d => length % d === 0);
  const columns = divisors[(5 * i + 2) % divisors.length]!;
  const left = length / columns;
  const matrices = i % 3 === 0 && left % 3 === 0 ? 3 : 1;
  return { matrices, rows: left / matrices, columns };
}

const flagsIn = ({ kernel }: Variant): string[] => kernel.split('.').slice(1);

/** How many elements the slots of tensors have that are walked row by row; null where they are not. */
function extentsIn(subject: Variant | Sequence): readonly number[] | null {
  if ('passes' in subject) return subject.extents ?? null;
  return subject.byRows ? extentsOf(subject.rule, slotsOf(subject.rule, flagsIn(subject))) : null;
}

/** Steps of a variant's kernel, or of a sequence, with the same numbers every time. */
export function jobOf(subject: Variant | Sequence, dtype: Dtype, extent: Extent): Job {
  const { shapes, numbers: kind } = extent;
  const lengths = shapes?.map(product) ?? extent.lengths;
  const sequence = 'passes' in subject;
  const letters = sequence
    ? Array.from({ length: maxSlots }, (_, k) => k < subject.slots)
    : lettersOf(subject);
  const beginnings = sequence ? [] : beginningsOf(subject);
  const steps = sequence ? passesOf(subject, extent) : stepsOf(subject, dtype, extent);
  const near = kind === 'near one';
  const parameter = (length: number, seed: number) =>
    near ? between(dtype, length, seed, 1, 2) : numbers(dtype, length, seed, kind === 'every kind');
  const gradient = (length: number, seed: number) =>
    near ? between(dtype, length, seed, 1e-3, 1) : numbers(dtype, length, seed, kind === 'every kind');
  const slot = (length: number, seed: number, k: number, i: number) => {
    if (!near) return numbers(dtype, length, seed, kind === 'every kind').map(Math.abs);
    // Numbers of rows and columns, which are moments.
    if (!sequence && subject.rule.slots[k]!.along) return parameter(length, i + 1).map(Math.abs);
    const { [k]: beginning = 0 } = beginnings;
    return beginning === null ? parameter(length, i + 1) : new arrays[dtype](length).fill(beginning);
  };
  const extents = extentsIn(subject);
  return {
    dtype,
    kept: letters,
    steps,
    start: lengths.map((length, i) => {
      const grid = extents && gridOf(shapes === undefined ? stackOfLength(length, i) : stackOf(shapes[i]!));
      return {
        p: parameter(length, i + 1),
        g: new arrays[dtype](length),
        slots: letters.map((has, k) =>
          has
            ? slot(
                extents === null ? length : extentLength(extents[k]!, length, grid),
                2000 + 10 * i + k,
                k,
                i,
              )
            : null,
        ),
        rows: grid && { grid, extents: extents! },
      };
    }),
    gradients: steps.map((_, step) => lengths.map((length, i) => gradient(length, 10_000 * (step + 1) + i))),
  };
}

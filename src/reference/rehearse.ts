// The passes of a rule's step, as it would ask for them: what its generator yields where all sums are one number.
import type { Numbers } from '../option-table.js';
import type { Passes, Row, Scalars, Sums, Tensors } from '../pass.js';
import type { Rule } from '../rule.js';
import { factored } from '../slots.js';
import { noStages, stageNumbers } from '../stages.js';
import type { Walk } from './jobs.js';

interface KernelNames {
  readonly kernel: string;
  readonly alone?: boolean;
  readonly factored?: string;
}

/** The kernel of a pass, for tensors whose options lead to these flags. */
export const kernelOf = (
  name: string,
  flags: readonly string[],
  { kernel, alone = false, factored: ofGrids }: KernelNames,
): string =>
  alone
    ? (flags.includes(factored) && ofGrids) || kernel
    : [name, ...flags, ...(kernel === '' ? [] : [kernel])].join('.');

/** The sums of rows and columns where there are none. */
export const noSides: Pick<Sums, 'rows' | 'columns'> = {
  rows: () => new Float64Array(),
  columns: () => new Float64Array(),
};

const made: Sums = { ...noSides, of: () => 2.25, all: () => 2.25, most: () => 2.25 };

/** Where no slot is of several arrays. */
export const noMemory: Pick<Tensors, 'several' | 'arrays' | 'copy' | 'restore' | 'multiply'> = {
  several: () => [],
  arrays: () => [],
  copy: () => undefined,
  restore: () => undefined,
  multiply: () => undefined,
};

/** Vectors of one element, of which nothing small is kept. */
export const vectors: Tensors = {
  ...noMemory,
  length: () => 1,
  grid: () => null,
  read: () => new Float64Array(),
};

const matrices: Tensors = { ...vectors, grid: () => ({ matrices: 1, rows: 1, columns: 1, height: 1 }) };

/** The walks of one step. */
export function rehearsed<Options extends object>(
  rule: Rule<Options>,
  options: Numbers<Options>,
  t: number,
  scalars: Scalars,
  least: number,
  more: readonly string[] = [],
): Walk[] {
  const flags = [...(rule.flags?.(options) ?? []), ...more];
  const stages = stageNumbers(rule, options);
  const row: Row<Options> = { options, t, scalars, least, tensor: 0 };
  const passes: Passes<Options> = rule.passes!({
    options,
    groups: [options],
    t,
    model: rule.model?.(options) ?? {},
    tensors: more.includes(factored) ? matrices : vectors,
    loss: 1.5,
    hessian: true,
  });
  const walks: Walk[] = [];
  for (let next = passes.next(); !next.done; next = passes.next(made)) {
    if (next.value === 'gradients') continue;
    const { kernel, alone = false, over, keep: own, numbers } = next.value;
    if (over === 'grids' && !more.includes(factored)) continue;
    const reads = over === undefined || over === 'present' || over === 'grids' || over === 'hessian';
    const [factor, rate, keep] = reads ? stages : noStages;
    walks.push({
      kernel: kernelOf(rule.name, flags, next.value),
      row: [factor, alone ? 0 : rate, own?.(row) ?? (kernel === '' ? keep : 1), ...(numbers?.(row) ?? [])],
    });
  }
  return walks;
}

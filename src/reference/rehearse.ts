// The passes of a rule's step, as it would ask for them: what its generator yields where all sums are one number.
import type { Numbers } from '../option-table.js';
import type { Passes, Row, Scalars, Sums } from '../pass.js';
import type { Rule } from '../rule.js';
import { noStages, stageNumbers } from '../stages.js';
import type { Walk } from './jobs.js';

/** The kernel of a pass, for tensors whose options lead to these flags. */
export const kernelOf = (
  name: string,
  flags: readonly string[],
  { kernel, alone = false }: { readonly kernel: string; readonly alone?: boolean },
): string => (alone ? kernel : [name, ...flags, ...(kernel === '' ? [] : [kernel])].join('.'));

const made: Sums = { of: () => 2.25, all: () => 2.25 };

/** The walks of one step. */
export function rehearsed<Options extends object>(
  rule: Rule<Options>,
  options: Numbers<Options>,
  t: number,
  scalars: Scalars,
  least: number,
): Walk[] {
  const flags = rule.flags?.(options) ?? [];
  const stages = stageNumbers(rule, options);
  const row: Row<Options> = { options, t, scalars, least, tensor: 0 };
  const passes: Passes<Options> = rule.passes!({ options, t, model: rule.model?.(options) ?? {} });
  const walks: Walk[] = [];
  for (let next = passes.next(); !next.done; next = passes.next(made)) {
    if (next.value === 'gradients') continue;
    const { kernel, alone = false, over, numbers } = next.value;
    const [factor, rate, keep] = over === undefined || over === 'present' ? stages : noStages;
    walks.push({
      kernel: kernelOf(rule.name, flags, next.value),
      row: [factor, alone ? 0 : rate, kernel === '' ? keep : 1, ...(numbers?.(row) ?? [])],
    });
  }
  return walks;
}

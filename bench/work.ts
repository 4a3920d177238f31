/** What a step computes for an element, counted: what its kernels do once over numbers that only remember being asked. */
import type { Arithmetic } from '#lanestep/reference/arithmetic.js';
import { rules } from '#lanestep/reference/index.js';

/** Of one element, in all passes of a step. */
export interface Work {
  readonly passes: number;
  /** All operations, each division and root among them. */
  readonly operations: number;
  readonly divisions: number;
  readonly roots: number;
  /** What is added up over a tensor, in double. */
  readonly sums: number;
}

const asked = { div: 'divisions', sqrt: 'roots', plus: 'sums', most: 'sums' } as const;

/** That of a step whose passes have these kernels. */
export function workOf(kernels: readonly string[]): Work {
  const work = { passes: kernels.length, operations: 0, divisions: 0, roots: 0, sums: 0 };
  const counting = new Proxy({} as Arithmetic, {
    get: (_, word: string) => () => {
      work.operations++;
      if (word in asked) work[asked[word as keyof typeof asked]]++;
      return 1;
    },
  });
  for (const kernel of kernels) {
    const [name, ...flags] = kernel.split('.') as [string, ...string[]];
    const flagged = Object.fromEntries(flags.map(flag => [flag, true]));
    if (name === 'sgd' && flagged.nesterov) flagged.momentum = true;
    const update = (rules[kernel] ?? rules[name]!)(counting, Array(12).fill(1), flagged, []);
    update(1, 1, 1, 1, 1, 1, 1, 1);
  }
  return work;
}

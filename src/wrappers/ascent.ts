/** What `SAM` and `ASAM` have in common: the gradients of a point up the slope, and the base's step with them. */
import type { Numbers, OptionTable } from '../option-table.js';
import type { Pass, Row, Sums } from '../pass.js';
import { onePass } from '../passes.js';
import type { KernelModules } from '../rule.js';
import { lastPlace } from '../slots.js';
import { type AnyRule, type BaseClass, baseRule, ownOver, slotsUpTo } from './base.js';

/** One of them: its name, its own options, and its way up. */
export interface Ascent<Options extends object> {
  readonly label: string;
  /** Those of its way up. */
  readonly kernels: readonly KernelModules[];
  readonly options: OptionTable<Options>;
  /**
   * The passes from where the gradients are known to the point up the slope; the last one leaves the `origin` behind.
   *
   * @param first its options in the first group
   * @param own those in the group of a row
   */
  climb(
    first: Numbers<Options>,
    own: (row: Row<object>) => Numbers<Options>,
  ): Generator<Pass<object>, void, Sums>;
}

/** The rule of one over a base of one pass: up the slope, the gradients there, back, and the base's own step with them. */
export function ascentOver<Options extends object>(
  { label, kernels, options, climb }: Ascent<Options>,
  Base: BaseClass,
): AnyRule {
  const base = baseRule(label, Base, {
    text: 'a base of one pass',
    holds: ({ passes, coefficients }) => passes === undefined && coefficients !== undefined,
  });
  const own = ownOver(label, options, base);
  return {
    ...base,
    label: `${label}(${base.label})`,
    title: `${label.toLowerCase()}-${base.title ?? base.name}`,
    kernels: [...base.kernels, ...kernels],
    options: { ...base.options, ...own.options },
    slots: [...slotsUpTo(lastPlace, base), { name: 'origin', scratch: true }],
    closure: true,
    *passes(step) {
      yield 'gradients';
      yield* climb(own.of(step.options), row => own.of(row.options));
      try {
        yield 'gradients';
      } finally {
        yield { kernel: 'origin.back', alone: true, over: 'again' };
      }
      return yield* onePass(base);
    },
  };
}

import { ShapeError } from '../errors.js';
import { sm3Kernels } from '../kernels.generated.js';
import { larger } from '../numerics/combine.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import { stackOf } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `SM3` takes; each number may be a function of the step. */
export interface SM3Options extends StepOptions {
  /** Learning rate, >= 0. Default 0.1. */
  lr?: Hyper;
  /** Decay rate of the average of the steps, in [0, 1). Default 0: none, and no state for it. */
  momentum?: Hyper;
  /** Decay rate of the moments, in [0, 1). Default 0: they are sums, as in the paper. */
  beta?: Hyper;
  /** Added under the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-30. */
  eps?: Hyper;
}

/** The rule of `SM3`. */
export const sm3: Rule<SM3Options> = {
  name: 'sm3',
  kernels: sm3Kernels,
  slotAccess,
  label: 'SM3',
  options: {
    lr: hyper(0.1, nonNegative),
    momentum: hyper(0, belowOne),
    beta: hyper(0, belowOne),
    eps: hyper(1e-30, epsilon),
  },
  flags: ({ momentum }) => (momentum === 0 ? [] : ['momentum']),
  slots: [
    { name: 'accumulator_0', when: [factored], along: 'row' },
    { name: 'accumulator_1', when: [factored], along: 'column' },
    { name: 'momentum_buffer', when: ['momentum'], joins: 'zeros' },
    { name: 'accumulator_0', unless: factored },
  ],
  clock: 'own',
  grid(shape, shown) {
    if (shape.length <= 2) return shape.length < 2 ? null : stackOf(shape);
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected at most two dimensions of ${shown} for SM3, got [${shape.join(', ')}]; give it the shape of a matrix of as many elements`,
    );
  },
  *passes({ tensors }) {
    // Where they do not shrink. Read before the parameters move: then no memory may be asked for.
    const before = new Map<number, readonly [Float64Array, Float64Array]>();
    const tops = yield {
      kernel: '',
      sums: ['row'],
      numbers({ tensor, options: { lr, momentum, beta, eps } }) {
        if (beta !== 0 && tensors.grid(tensor) !== null)
          before.set(tensor, [tensors.read(tensor, 'accumulator_0'), tensors.read(tensor, 'accumulator_1')]);
        return [beta === 0 ? 1 : beta, 1 - beta, eps, momentum, 1 - momentum, lr];
      },
    };
    return {
      write({ tensor }) {
        if (tensors.grid(tensor) === null) return {};
        const [rows, columns] = [tops.rows(tensor, 'row'), tops.columns(tensor, larger)];
        const [rowsBefore, columnsBefore] = before.get(tensor) ?? [];
        rowsBefore?.forEach((x, i) => {
          rows[i] = larger(x, rows[i]!);
        });
        columnsBefore?.forEach((x, i) => {
          columns[i] = larger(x, columns[i]!);
        });
        return { accumulator_0: rows, accumulator_1: columns };
      },
    };
  },
};

/**
 * SM3: Adagrad for matrices in next to no memory. The second moment of an element is the lesser of its row's number and its
 * column's.
 *
 *     v = min(r, c) + g²        p = p - lr g / √(v + eps)        r, c = the largest v of each row, of each column
 *
 * What has one dimension has a moment for each element, and so has every parameter without a shape: pass `shapes`. More than two
 * dimensions are refused. With `beta` above 0 v is beta min(r, c) + (1 - beta) g², and r and c never shrink; with a momentum m the step
 * is an average, m = momentum m + (1 - momentum) g / √(v + eps). Anil et al. 2019, SM3-II; options and numbers of pytorch_optimizer.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class SM3<const P extends ParamsLike<P> = Params> extends Optimizer<SM3Options, P> {
  constructor(params: P, options: SM3Options & Settings<P> = {}) {
    super(sm3, params, options);
  }
}

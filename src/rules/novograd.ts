import { novogradKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `NovoGrad` takes; each number may be a function of the step. */
export interface NovoGradOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-2. */
  lr?: Hyper;
  /** Decay rates of the averages of the steps and of the squared norms, in [0, 1). Default [0.95, 0.98]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 a tensor without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, added to the gradient once that is divided. Default 0. */
  weightDecay?: Hyper;
  /** Multiply what enters the average by 1 - beta1. Default false. */
  gradAveraging?: boolean;
}

/** The rule of `NovoGrad`. */
export const novograd: Rule<NovoGradOptions> = {
  name: 'novograd',
  kernels: novogradKernels,
  label: 'NovoGrad',
  options: {
    lr: hyper(1e-2, nonNegative),
    betas: pair([0.95, 0.98], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    gradAveraging: flag(false),
  },
  slots: [{ name: 'exp_avg' }],
  clock: 'own',
  scalars: () => ({ exp_avg_sq: 0 }),
  *passes() {
    // Of the gradient as the stages scale it.
    const sums = yield { kernel: 'norm', alone: true, sums: ['size'] };
    const secondMoment = ({ options: { betas }, t, scalars, tensor }: Row<NovoGradOptions>) => {
      const square = sums.of(tensor, 'size');
      return t === 1 ? square : betas[1] * scalars.exp_avg_sq! + (1 - betas[1]) * square;
    };
    const moments = new Map<number, number>();
    yield {
      kernel: '',
      numbers(row) {
        const { lr, betas, eps, weightDecay, gradAveraging } = row.options;
        const moment = secondMoment(row);
        moments.set(row.tensor, moment);
        const part = gradAveraging ? 1 - betas[0] : 1;
        return [betas[0], part / (Math.sqrt(moment) + eps), weightDecay * part, lr];
      },
    };
    return { scalars: ({ tensor }) => ({ exp_avg_sq: moments.get(tensor)! }) };
  },
};

/**
 * NovoGrad: momentum over gradients that are divided by the root of their tensor's second moment, which is one number.
 *
 *     v = beta2 v + (1 - beta2) ‖g‖²  (v = ‖g‖² at the first step)
 *     m = beta1 m + (g / (√v + eps) + weightDecay p)        p = p - lr m
 *
 * Ginsburg et al. 2019, algorithm 1, as in NVIDIA's code. A state dict has v as the number `exp_avg_sq`. The norms are added up in
 * double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class NovoGrad<const P extends ParamsLike<P> = Params> extends Optimizer<NovoGradOptions, P> {
  constructor(params: P, options: NovoGradOptions & Settings<P> = {}) {
    super(novograd, params, options);
  }
}

/** The rules of the drop-ins over plain arrays: what a step is to give, whatever TensorFlow.js does with its memory. */
import type { FloatArray } from '../../src/index.js';
import type { Optimizer } from '../../src/optimizer.js';
import { TfjsAdadelta } from '../../src/rules/tfjs-adadelta.js';
import { TfjsAdagrad } from '../../src/rules/tfjs-adagrad.js';
import { TfjsAdam } from '../../src/rules/tfjs-adam.js';
import { TfjsAdamax } from '../../src/rules/tfjs-adamax.js';
import { TfjsMomentum } from '../../src/rules/tfjs-momentum.js';
import { TfjsRMSprop } from '../../src/rules/tfjs-rmsprop.js';
import { TfjsSGD } from '../../src/rules/tfjs-sgd.js';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  type LanestepOptimizer,
  momentum,
  rmsprop,
  type Settings,
  sgd,
} from '../../src/tfjs/index.js';
import type { Hyper } from '../../src/types.js';

// biome-ignore lint/suspicious/noExplicitAny: options and inputs differ from class to class
export type Plain = Optimizer<any, any, any>;

/** A drop-in with this learning rate, and its rule over plain arrays. */
export interface Mirror {
  readonly title: string;
  readonly ours: (lr: Hyper, settings?: Settings) => LanestepOptimizer;
  readonly plain: (params: readonly FloatArray[], lr: Hyper, settings?: Settings) => Plain;
}

/** All seven. */
export const mirrors: readonly Mirror[] = [
  {
    title: 'sgd',
    ours: (lr, settings) => sgd(lr, settings),
    plain: (params, lr, settings) => new TfjsSGD(params, { lr, ...settings }),
  },
  {
    title: 'momentum',
    ours: (lr, settings) => momentum(lr, 0.9, false, settings),
    plain: (params, lr, settings) => new TfjsMomentum(params, { lr, momentum: 0.9, ...settings }),
  },
  {
    title: 'adagrad',
    ours: (lr, settings) => adagrad(lr, 0.1, settings),
    plain: (params, lr, settings) => new TfjsAdagrad(params, { lr, ...settings }),
  },
  {
    title: 'adadelta',
    ours: (lr, settings) => adadelta(lr, 0.9, null, settings),
    plain: (params, lr, settings) => new TfjsAdadelta(params, { lr, rho: 0.9, ...settings }),
  },
  {
    title: 'adam',
    ours: (lr, settings) => adam(lr, 0.8, 0.9, null, settings),
    plain: (params, lr, settings) => new TfjsAdam(params, { lr, betas: [0.8, 0.9], ...settings }),
  },
  {
    title: 'adamax',
    ours: (lr, settings) => adamax(lr, 0.8, 0.9, null, 0.1, settings),
    plain: (params, lr, settings) =>
      new TfjsAdamax(params, { lr, betas: [0.8, 0.9], decay: 0.1, ...settings }),
  },
  {
    title: 'rmsprop',
    ours: (lr, settings) => rmsprop(lr, 0.9, 0.5, null, false, settings),
    plain: (params, lr, settings) => new TfjsRMSprop(params, { lr, momentum: 0.5, ...settings }),
  },
];

/** Every optimizer's class, with its rule. */
import * as lanestep from '../../src/index.js';
import { adadelta } from '../../src/rules/adadelta.js';
import { adagrad } from '../../src/rules/adagrad.js';
import { adam } from '../../src/rules/adam.js';
import { adamax } from '../../src/rules/adamax.js';
import { adamw } from '../../src/rules/adamw.js';
import { asgd } from '../../src/rules/asgd.js';
import { lion } from '../../src/rules/lion.js';
import { nadam } from '../../src/rules/nadam.js';
import { nesterov } from '../../src/rules/nesterov.js';
import { radam } from '../../src/rules/radam.js';
import { rmsprop } from '../../src/rules/rmsprop.js';
import { rprop } from '../../src/rules/rprop.js';
import { sgd } from '../../src/rules/sgd.js';
import { TfjsAdam, tfjsAdam } from '../../src/rules/tfjs-adam.js';
import { TfjsMomentum, tfjsMomentum } from '../../src/rules/tfjs-momentum.js';
import { TfjsRMSprop, tfjsRmsprop } from '../../src/rules/tfjs-rmsprop.js';
import type { AnyRule } from '../random/twin.js';

// biome-ignore lint/suspicious/noExplicitAny: a table over classes of many option types
type Class = new (params: any, options: any) => object;

export interface Entry {
  readonly Class: Class;
  readonly rule: AnyRule;
}

/** All that are public, and those of TensorFlow.js' whose clocks or slots are unlike the others'. */
export const classes: readonly Entry[] = [
  { Class: lanestep.SGD, rule: sgd },
  { Class: lanestep.RMSprop, rule: rmsprop },
  { Class: lanestep.Adagrad, rule: adagrad },
  { Class: lanestep.Adadelta, rule: adadelta },
  { Class: lanestep.Adam, rule: adam },
  { Class: lanestep.AdamW, rule: adamw },
  { Class: lanestep.Adamax, rule: adamax },
  { Class: lanestep.NAdam, rule: nadam },
  { Class: lanestep.RAdam, rule: radam },
  { Class: lanestep.ASGD, rule: asgd },
  { Class: lanestep.Rprop, rule: rprop },
  { Class: lanestep.Lion, rule: lion },
  { Class: lanestep.Nesterov, rule: nesterov },
  { Class: TfjsMomentum, rule: tfjsMomentum },
  { Class: TfjsAdam, rule: tfjsAdam },
  { Class: TfjsRMSprop, rule: tfjsRmsprop },
];

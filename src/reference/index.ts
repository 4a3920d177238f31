// Every rule of the reference, by name; a kernel of a rule's that has arithmetic of its own stands here by its whole name.
import { adadelta } from './adadelta.js';
import { adagrad } from './adagrad.js';
import { adam } from './adam.js';
import { adamax } from './adamax.js';
import type { ElementRule } from './arithmetic.js';
import { asgd } from './asgd.js';
import { average } from './average.js';
import { lamb, lambMoments } from './lamb.js';
import { lion } from './lion.js';
import { nadam } from './nadam.js';
import { nesterov } from './nesterov.js';
import { norm } from './norm.js';
import { radam } from './radam.js';
import { rmsprop } from './rmsprop.js';
import { rprop } from './rprop.js';
import { sgd } from './sgd.js';
import { tfjsAdadelta } from './tfjs-adadelta.js';
import { tfjsAdagrad } from './tfjs-adagrad.js';
import { tfjsAdam } from './tfjs-adam.js';
import { tfjsAdamax } from './tfjs-adamax.js';
import { tfjsRmsprop } from './tfjs-rmsprop.js';

export const rules: Readonly<Record<string, ElementRule>> = {
  adadelta,
  adagrad,
  adam,
  adamax,
  asgd,
  average,
  lamb,
  'lamb.moments': lambMoments,
  lion,
  nadam,
  nesterov,
  norm,
  radam,
  rmsprop,
  rprop,
  sgd,
  'tfjs-adadelta': tfjsAdadelta,
  'tfjs-adagrad': tfjsAdagrad,
  'tfjs-adam': tfjsAdam,
  'tfjs-adamax': tfjsAdamax,
  'tfjs-rmsprop': tfjsRmsprop,
};

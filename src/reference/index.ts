// Every rule of the reference, by name; a kernel of a rule's that has arithmetic of its own stands here by its whole name.
import { adadelta } from './adadelta.js';
import { adagrad } from './adagrad.js';
import { adam } from './adam.js';
import { adamax } from './adamax.js';
import { adan } from './adan.js';
import type { ElementRule } from './arithmetic.js';
import { asgd } from './asgd.js';
import { average } from './average.js';
import { lamb, lambMoments } from './lamb.js';
import { lars, larsNorms } from './lars.js';
import { lion } from './lion.js';
import { nadam } from './nadam.js';
import { nesterov } from './nesterov.js';
import { norm } from './norm.js';
import { novograd } from './novograd.js';
import { prodigy, prodigyMoments } from './prodigy.js';
import { radam } from './radam.js';
import { rmsprop } from './rmsprop.js';
import { rprop } from './rprop.js';
import { samAscend, samBack } from './sam.js';
import { scheduleFreeAdamw, scheduleFreeAdamwEval } from './schedule-free-adamw.js';
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
  adan,
  asgd,
  average,
  lamb,
  'lamb.moments': lambMoments,
  lars,
  'lars.norms': larsNorms,
  lion,
  nadam,
  nesterov,
  norm,
  novograd,
  prodigy,
  'prodigy.moments': prodigyMoments,
  radam,
  rmsprop,
  rprop,
  'sam.ascend': samAscend,
  'sam.back': samBack,
  'schedule-free-adamw': scheduleFreeAdamw,
  'schedule-free-adamw.eval': scheduleFreeAdamwEval,
  sgd,
  'tfjs-adadelta': tfjsAdadelta,
  'tfjs-adagrad': tfjsAdagrad,
  'tfjs-adam': tfjsAdam,
  'tfjs-adamax': tfjsAdamax,
  'tfjs-rmsprop': tfjsRmsprop,
};

/** Those that belong to a wrapper, whatever it wraps. */
export const wrappers: ReadonlySet<string> = new Set(['sam']);

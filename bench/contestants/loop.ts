/**
 * The loop that a careful programmer writes in JavaScript: one pass over each tensor, all that an element does not need to
 * work out hoisted, state in typed arrays of the parameters' type, and a function of its own for each form of each
 * optimizer, so that none is compiled for the needs of another.
 *
 * What is not here was tried and did not pay: rounding every operation with Math.fround takes several times as long, and an
 * unrolled loop is no faster. A branch on what stays the same throughout the loop costs next to nothing.
 */
import type { Module, Prepare, Task } from './contestant.js';
import { type Form, ready } from './form.js';
import { averaged, lookAhead, momentumSgd, nesterovSgd, plainSgd } from './loop/descent.js';
import { amsgrad, infinityNorm, nesterovMoments, rectified, twoMoments } from './loop/moments.js';
import { ratio, rms, rmsCentered, rmsCenteredMomentum, rmsMomentum, summed } from './loop/scales.js';
import { resilient, signOfAverage } from './loop/signs.js';
import { isSet, numberOf } from './options.js';

const adam = (task: Task): Form => (isSet(task, 'amsgrad') ? amsgrad : twoMoments);

const forms = new Map<string, (task: Task) => Form>(
  Object.entries({
    SGD: task =>
      isSet(task, 'nesterov') ? nesterovSgd : numberOf(task, 'momentum') === 0 ? plainSgd : momentumSgd,
    Nesterov: () => lookAhead,
    ASGD: () => averaged,
    Adagrad: () => summed,
    Adadelta: () => ratio,
    RMSprop: task => {
      if (numberOf(task, 'momentum') === 0) return isSet(task, 'centered') ? rmsCentered : rms;
      return isSet(task, 'centered') ? rmsCenteredMomentum : rmsMomentum;
    },
    Adam: adam,
    AdamW: adam,
    Adamax: () => infinityNorm,
    NAdam: () => nesterovMoments,
    RAdam: () => rectified,
    Lion: () => signOfAverage,
    Rprop: () => resilient,
  }),
);

/** The loop of a task; null where there is none. */
export const formOf = (task: Task): Form | null => forms.get(task.optimizer)?.(task) ?? null;

export const prepare: Prepare = task => {
  const form = formOf(task);
  return form === null ? `has no ${task.optimizer}` : ready(task, form);
};

export const load: Module['load'] = async () => prepare;

/**
 * How far a parameter may be off after 20 steps, in its type's ulps, from the same steps in float64: each step rounds the
 * parameter and its state. RMSprop with its usual numbers leads a parameter close to zero, where the ulps are small.
 */
export const ulpsAllowed = ({ optimizer }: Task): number => (optimizer === 'RMSprop' ? 64 : 16);

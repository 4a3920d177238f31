/**
 * The loop as a tutorial writes it: the formulas as they are printed, and a pass over the whole tensor for each of their
 * lines. That is how papers and NumPy write an optimizer, and what becomes of it when it is typed into JavaScript. Two things
 * are better than usual, so that the race is about the passes and nothing else: nothing is allocated within a step, and the
 * powers of a bias correction are taken once a step, not for each element. What comes before the rule, gradient scale and
 * weight decay, is lines like the others, and so passes of its own.
 */
import type { Module, Prepare, Task } from './contestant.js';
import { type Form, ready } from './form.js';
import { isSet, numberOf } from './options.js';
import { averaged, lookAhead, momentumSgd, nesterovSgd, plainSgd } from './textbook/descent.js';
import { infinityNorm, nesterovMoments, rectified, twoMoments } from './textbook/moments.js';
import { ratio, rms, summed } from './textbook/scales.js';
import { resilient, signOfAverage } from './textbook/signs.js';
import { beforeTheRule } from './textbook/stages.js';

const forms = new Map<string, (task: Task) => Form>(
  Object.entries({
    SGD: task =>
      isSet(task, 'nesterov') ? nesterovSgd : numberOf(task, 'momentum') === 0 ? plainSgd : momentumSgd,
    ASGD: () => averaged,
    Adagrad: () => summed,
    Adadelta: () => ratio,
    RMSprop: () => rms,
    Adam: () => twoMoments,
    AdamW: () => twoMoments,
    Adamax: () => infinityNorm,
    NAdam: () => nesterovMoments,
    RAdam: () => rectified,
    Lion: () => signOfAverage,
    Rprop: () => resilient,
  }),
);

const staged =
  (form: Form): Form =>
  (task, params) => {
    const before = beforeTheRule(task, params);
    const rule = form(task, params);
    return (grads, t) => rule(before(grads), t);
  };

/** The passes of a task; null where there are none. */
export function formOf(task: Task): Form | null {
  if (task.optimizer === 'Nesterov') return lookAhead;
  const form = forms.get(task.optimizer)?.(task);
  return form === undefined ? null : staged(form);
}

export const prepare: Prepare = task => {
  const form = formOf(task);
  return form === null ? `has no ${task.optimizer}` : ready(task, form);
};

export const load: Module['load'] = async () => prepare;

/**
 * How far a parameter may be off after 20 steps, in its type's ulps, from the same steps in float64: each pass rounds what it
 * leaves behind. RMSprop with its usual numbers leads a parameter close to zero, where the ulps are small; RAdam's length
 * is a small difference of large numbers at first, so that the last bit of a power shows.
 */
export const ulpsAllowed = ({ optimizer }: Task): number =>
  optimizer === 'RMSprop' || optimizer === 'RAdam' ? 64 : 16;

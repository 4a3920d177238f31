/** Loops of the optimizers that only look at a sign: Lion, Rprop. */
import { beside, type Form } from '../form.js';
import { numberOf, numbersOf } from '../options.js';

export const signOfAverage: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2');
  const ms = beside(params);
  return grads => {
    const { beta1, beta2, coupled, decoupled, factor, keep, lr, rate } = numbers;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = m[i]!;
        const c = beta1 * mi + rest1 * d;
        m[i] = beta2 * mi + rest2 * d;
        p[i] = c > 0 ? x - lr : c < 0 ? x + lr : x;
      }
    }
  };
};

export const resilient: Form = (task, params) => {
  const numbers = numbersOf(task, 'etaMinus', 'etaPlus', 'leastStep', 'mostStep');
  const lasts = beside(params);
  const sizes = beside(params, numberOf(task, 'lr'));
  return grads => {
    const { coupled, etaMinus, etaPlus, factor, leastStep, mostStep, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const last = lasts[k]!;
      const size = sizes[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const turn = d * last[i]!;
        let s = size[i]!;
        if (turn > 0) s *= etaPlus;
        else if (turn < 0) {
          s *= etaMinus;
          d = 0;
        }
        if (s < leastStep) s = leastStep;
        else if (s > mostStep) s = mostStep;
        size[i] = s;
        last[i] = d;
        p[i] = d > 0 ? x - s : d < 0 ? x + s : x;
      }
    }
  };
};

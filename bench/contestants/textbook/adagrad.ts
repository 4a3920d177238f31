import { beside, type Choose } from '../form.js';
import { numberOf, numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { eps, lr, lrDecay } = numbersOf(task, 'lr', 'lrDecay', 'eps');
  const ss = beside(params, numberOf(task, 'initialAccumulatorValue'));
  return (grads, t) => {
    const rate = lr / (1 + (t - 1) * lrDecay);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) s[i] = s[i]! + g[i]! * g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - (rate * g[i]!) / (Math.sqrt(s[i]!) + eps);
    }
  };
};

import { beside, type Choose } from '../form.js';
import { numberOf, numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'lrDecay', 'eps');
  const ss = beside(params, numberOf(task, 'initialAccumulatorValue'));
  return (grads, t) => {
    const { coupled, decoupled, eps, factor, keep, rate } = numbers;
    const lr = numbers.lr / (1 + (t - 1) * numbers.lrDecay);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const si = s[i]! + d * d;
        s[i] = si;
        p[i] = x - (lr * d) / (Math.sqrt(si) + eps);
      }
    }
  };
};

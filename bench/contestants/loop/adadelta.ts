import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

/** One root of the ratio, in place of the ratio of two. */
export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'rho', 'eps');
  const ss = beside(params);
  const as = beside(params);
  return grads => {
    const { coupled, eps, factor, lr, rate, rho } = numbers;
    const rest = 1 - rho;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const a = as[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const si = rho * s[i]! + rest * d * d;
        const ai = a[i]!;
        const move = Math.sqrt((ai + eps) / (si + eps)) * d;
        s[i] = si;
        a[i] = rho * ai + rest * move * move;
        p[i] = x - lr * move;
      }
    }
  };
};

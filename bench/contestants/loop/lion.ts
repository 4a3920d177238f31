import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
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

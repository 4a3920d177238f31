import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const us = beside(params);
  let power1 = 1;
  return grads => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    power1 *= beta1;
    const rest1 = 1 - beta1;
    const stepSize = lr / (1 - power1);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const u = us[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = beta1 * m[i]! + rest1 * d;
        const faded = beta2 * u[i]!;
        const size = Math.abs(d) + eps;
        const ui = faded > size ? faded : size;
        m[i] = mi;
        u[i] = ui;
        p[i] = x - (stepSize * mi) / ui;
      }
    }
  };
};

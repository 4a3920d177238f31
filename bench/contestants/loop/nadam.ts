import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps', 'momentumDecay');
  const ms = beside(params);
  const vs = beside(params);
  let power2 = 1;
  let product = 1;
  return (grads, t) => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, momentumDecay, rate } = numbers;
    const mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentumDecay));
    product *= mu;
    power2 *= beta2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    const root2 = Math.sqrt(1 - power2);
    const gradientStep = (lr * (1 - mu) * root2) / (1 - product);
    const momentStep = (lr * next * root2) / (1 - product * next);
    const epsilon = eps * root2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = beta1 * m[i]! + rest1 * d;
        const vi = beta2 * v[i]! + rest2 * d * d;
        m[i] = mi;
        v[i] = vi;
        p[i] = x - (gradientStep * d + momentStep * mi) / (Math.sqrt(vi) + epsilon);
      }
    }
  };
};

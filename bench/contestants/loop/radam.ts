import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const vs = beside(params);
  let power1 = 1;
  let power2 = 1;
  return (grads, t) => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    power1 *= beta1;
    power2 *= beta2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    const longest = 2 / rest2 - 1;
    const length = longest - (2 * t * power2) / (1 - power2);
    const certain = length > 5;
    const r = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
    const stepSize = (lr / (1 - power1)) * (certain ? r * Math.sqrt(1 - power2) : 1);
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
        p[i] = x - (certain ? (stepSize * mi) / (Math.sqrt(vi) + eps) : stepSize * mi);
      }
    }
  };
};

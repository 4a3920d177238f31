import { beside, type Choose } from '../form.js';
import { isSet, numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { alpha, eps, lr, momentum } = numbersOf(task, 'lr', 'alpha', 'eps', 'momentum');
  const vs = beside(params);
  const spreads = beside(params);
  const as = isSet(task, 'centered') ? beside(params) : null;
  const bs = momentum !== 0 ? beside(params) : null;
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) v[i] = alpha * v[i]! + (1 - alpha) * g[i]! * g[i]!;
      let spread = v;
      if (as !== null) {
        const a = as[k]!;
        spread = spreads[k]!;
        for (let i = 0; i < n; i++) a[i] = alpha * a[i]! + (1 - alpha) * g[i]!;
        for (let i = 0; i < n; i++) spread[i] = v[i]! - a[i]! * a[i]!;
      }
      if (bs !== null) {
        const b = bs[k]!;
        for (let i = 0; i < n; i++) b[i] = momentum * b[i]! + g[i]! / (Math.sqrt(spread[i]!) + eps);
        for (let i = 0; i < n; i++) p[i] = p[i]! - lr * b[i]!;
      } else for (let i = 0; i < n; i++) p[i] = p[i]! - (lr * g[i]!) / (Math.sqrt(spread[i]!) + eps);
    }
  };
};

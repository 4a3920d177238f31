import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'lambd', 'alpha', 't0');
  const as = beside(params);
  // A step runs with what the one before has left.
  let eta = numbers.lr;
  let mu = 1;
  return (grads, t) => {
    const { alpha, coupled, factor, lambd, lr, rate, t0 } = numbers;
    const keep = 1 - lambd * eta;
    const lead = eta;
    const share = mu;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const a = as[k]!;
      const n = p.length;
      // With a share of 1 the average is the parameter itself, and need not be read.
      if (share === 1) {
        for (let i = 0; i < n; i++) {
          let x = p[i]!;
          let d = g[i]!;
          if (coupled) d = factor * d + rate * x;
          x = keep * x - lead * d;
          p[i] = x;
          a[i] = x;
        }
      } else {
        for (let i = 0; i < n; i++) {
          let x = p[i]!;
          let d = g[i]!;
          if (coupled) d = factor * d + rate * x;
          x = keep * x - lead * d;
          p[i] = x;
          const ai = a[i]!;
          a[i] = ai + share * (x - ai);
        }
      }
    }
    eta = lr / (1 + lambd * lr * t) ** alpha;
    mu = 1 / Math.max(1, t - t0);
  };
};

import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

/** Two passes: the gradient is taken between them, where the first one leads to. The second one need not go back. */
export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'lr', 'momentum');
  const vs = beside(params);
  return grads => {
    const { coupled, factor, lr, momentum, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) p[i] = p[i]! + momentum * v[i]!;
    }
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const move = lr * d;
        v[i] = momentum * v[i]! - move;
        p[i] = x - move;
      }
    }
  };
};

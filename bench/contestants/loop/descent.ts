/** Loops of the optimizers that follow the gradient, or an average of it, as it is: SGD, Nesterov, ASGD. */
import { beside, type Form } from '../form.js';
import { numbersOf } from '../options.js';

export const plainSgd: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr');
  return grads => {
    const { coupled, factor, lr, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        p[i] = x - lr * d;
      }
    }
  };
};

export const momentumSgd: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'momentum', 'dampening');
  const bs = beside(params);
  return (grads, t) => {
    const { coupled, dampening, factor, lr, momentum, rate } = numbers;
    const rest = t === 1 ? 1 : 1 - dampening;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const bi = momentum * b[i]! + rest * d;
        b[i] = bi;
        p[i] = x - lr * bi;
      }
    }
  };
};

export const nesterovSgd: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'momentum');
  const bs = beside(params);
  return grads => {
    const { coupled, factor, lr, momentum, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const bi = momentum * b[i]! + d;
        b[i] = bi;
        p[i] = x - lr * (d + momentum * bi);
      }
    }
  };
};

/** Two passes: the gradient is taken between them, where the first one leads to. The second one need not go back. */
export const lookAhead: Form = (task, params) => {
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

export const averaged: Form = (task, params) => {
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

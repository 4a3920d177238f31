/** As printed: SGD, Nesterov, ASGD. */
import { beside, type Form } from '../form.js';
import { numbersOf } from '../options.js';
import { beforeTheRule } from './stages.js';

export const plainSgd: Form = (task, params) => {
  const { lr } = numbersOf(task, 'lr');
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * g[i]!;
    }
  };
};

export const momentumSgd: Form = (task, params) => {
  const { lr, momentum, dampening } = numbersOf(task, 'lr', 'momentum', 'dampening');
  const bs = beside(params);
  return (grads, t) => {
    const rest = t === 1 ? 1 : 1 - dampening;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) b[i] = momentum * b[i]! + rest * g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * b[i]!;
    }
  };
};

export const nesterovSgd: Form = (task, params) => {
  const { lr, momentum } = numbersOf(task, 'lr', 'momentum');
  const bs = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) b[i] = momentum * b[i]! + g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * (g[i]! + momentum * b[i]!);
    }
  };
};

/** Decay belongs to the gradient at the look-ahead point, so what comes before the rule comes between the passes. */
export const lookAhead: Form = (task, params) => {
  const { lr, momentum } = numbersOf(task, 'lr', 'momentum');
  const before = beforeTheRule(task, params);
  const vs = beside(params);
  const origins = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const v = vs[k]!;
      const n = p.length;
      origins[k]!.set(p);
      for (let i = 0; i < n; i++) p[i] = p[i]! + momentum * v[i]!;
    }
    const gs = before(grads);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = gs[k]!;
      const v = vs[k]!;
      const origin = origins[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) v[i] = momentum * v[i]! - lr * g[i]!;
      for (let i = 0; i < n; i++) p[i] = origin[i]! + v[i]!;
    }
  };
};

export const averaged: Form = (task, params) => {
  const { alpha, lambd, lr, t0 } = numbersOf(task, 'lr', 'lambd', 'alpha', 't0');
  const as = beside(params);
  // A step runs with what the one before has left.
  let eta = lr;
  let mu = 1;
  return (grads, t) => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const a = as[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) p[i] = p[i]! * (1 - lambd * eta);
      for (let i = 0; i < n; i++) p[i] = p[i]! - eta * g[i]!;
      if (mu === 1) a.set(p);
      else for (let i = 0; i < n; i++) a[i] = a[i]! + mu * (p[i]! - a[i]!);
    }
    eta = lr / (1 + lambd * lr * t) ** alpha;
    mu = 1 / Math.max(1, t - t0);
  };
};

/** As printed: Adagrad, Adadelta, RMSprop. */
import { beside, type Form } from '../form.js';
import { isSet, numberOf, numbersOf } from '../options.js';

export const summed: Form = (task, params) => {
  const { eps, lr, lrDecay } = numbersOf(task, 'lr', 'lrDecay', 'eps');
  const ss = beside(params, numberOf(task, 'initialAccumulatorValue'));
  return (grads, t) => {
    const rate = lr / (1 + (t - 1) * lrDecay);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) s[i] = s[i]! + g[i]! * g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - (rate * g[i]!) / (Math.sqrt(s[i]!) + eps);
    }
  };
};

export const ratio: Form = (task, params) => {
  const { eps, lr, rho } = numbersOf(task, 'lr', 'rho', 'eps');
  const ss = beside(params);
  const as = beside(params);
  const ds = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const a = as[k]!;
      const d = ds[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) s[i] = rho * s[i]! + (1 - rho) * g[i]! * g[i]!;
      for (let i = 0; i < n; i++) d[i] = (Math.sqrt(a[i]! + eps) / Math.sqrt(s[i]! + eps)) * g[i]!;
      for (let i = 0; i < n; i++) a[i] = rho * a[i]! + (1 - rho) * d[i]! * d[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * d[i]!;
    }
  };
};

export const rms: Form = (task, params) => {
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

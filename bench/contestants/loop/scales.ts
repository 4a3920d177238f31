/** Loops of the optimizers that divide the gradient by its own size: Adagrad, Adadelta, RMSprop. */
import { beside, type Form } from '../form.js';
import { numberOf, numbersOf } from '../options.js';

export const summed: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'lrDecay', 'eps');
  const ss = beside(params, numberOf(task, 'initialAccumulatorValue'));
  return (grads, t) => {
    const { coupled, eps, factor, rate } = numbers;
    const lr = numbers.lr / (1 + (t - 1) * numbers.lrDecay);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const si = s[i]! + d * d;
        s[i] = si;
        p[i] = x - (lr * d) / (Math.sqrt(si) + eps);
      }
    }
  };
};

/** One root of the ratio, in place of the ratio of two. */
export const ratio: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'rho', 'eps');
  const ss = beside(params);
  const as = beside(params);
  return grads => {
    const { coupled, eps, factor, lr, rate, rho } = numbers;
    const rest = 1 - rho;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const a = as[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const si = rho * s[i]! + rest * d * d;
        const ai = a[i]!;
        const move = Math.sqrt((ai + eps) / (si + eps)) * d;
        s[i] = si;
        a[i] = rho * ai + rest * move * move;
        p[i] = x - lr * move;
      }
    }
  };
};

export const rms: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps');
  const vs = beside(params);
  return grads => {
    const { alpha, coupled, eps, factor, lr, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const vi = alpha * v[i]! + rest * d * d;
        v[i] = vi;
        p[i] = x - (lr * d) / (Math.sqrt(vi) + eps);
      }
    }
  };
};

export const rmsMomentum: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps', 'momentum');
  const vs = beside(params);
  const bs = beside(params);
  return grads => {
    const { alpha, coupled, eps, factor, lr, momentum, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const vi = alpha * v[i]! + rest * d * d;
        v[i] = vi;
        const bi = momentum * b[i]! + d / (Math.sqrt(vi) + eps);
        b[i] = bi;
        p[i] = x - lr * bi;
      }
    }
  };
};

export const rmsCentered: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps');
  const vs = beside(params);
  const as = beside(params);
  return grads => {
    const { alpha, coupled, eps, factor, lr, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const a = as[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const vi = alpha * v[i]! + rest * d * d;
        const ai = alpha * a[i]! + rest * d;
        v[i] = vi;
        a[i] = ai;
        p[i] = x - (lr * d) / (Math.sqrt(vi - ai * ai) + eps);
      }
    }
  };
};

export const rmsCenteredMomentum: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps', 'momentum');
  const vs = beside(params);
  const as = beside(params);
  const bs = beside(params);
  return grads => {
    const { alpha, coupled, eps, factor, lr, momentum, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const a = as[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const vi = alpha * v[i]! + rest * d * d;
        const ai = alpha * a[i]! + rest * d;
        v[i] = vi;
        a[i] = ai;
        const bi = momentum * b[i]! + d / (Math.sqrt(vi - ai * ai) + eps);
        b[i] = bi;
        p[i] = x - lr * bi;
      }
    }
  };
};

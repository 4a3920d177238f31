// L-BFGS: the vectors of its step, which TypeScript goes through. What stands in the gradient's place is one of its history:
// a difference of gradients, or a step.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

// The gradient at a point, and what is known of it there.
export const lbfgsTake: ElementRule = ({ abs, most, plus, sign }, _c, _flags, sums) => {
  const [slope, total, top] = sums as [Sum, Sum, Sum];
  return (_p, g, grad = 0, d = 0) => {
    grad = g;
    plus(slope, grad, d);
    plus(total, grad, sign(grad));
    most(top, abs(grad));
    return [undefined, grad, d];
  };
};

export const lbfgsFirst: ElementRule = ({ neg }) => {
  return (_p, _g, prev = 0, grad = 0, d = 0) => {
    d = neg(grad);
    prev = grad;
    return [undefined, prev, grad, d];
  };
};

export const lbfgsPair: ElementRule = ({ mul, neg, plus, sub }, c, _flags, sums) => {
  const [t] = c as [number];
  const [ys, yy] = sums as [Sum, Sum];
  return (_p, _g, prev = 0, grad = 0, d = 0, y = 0, s = 0) => {
    y = sub(grad, prev);
    s = mul(d, t);
    plus(ys, y, s);
    plus(yy, y, y);
    d = neg(grad);
    prev = grad;
    return [undefined, prev, grad, d, y, s];
  };
};

export const lbfgsCurve: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [ys] = sums as [Sum];
  return (_p, g, s = 0) => {
    plus(ys, g, s);
    return [];
  };
};

export const lbfgsDot: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [dot] = sums as [Sum];
  return (_p, g, d = 0) => {
    plus(dot, g, d);
    return [];
  };
};

export const lbfgsAdd: ElementRule = ({ add, mul }, c) => {
  const [share] = c as [number];
  return (_p, g, d = 0) => {
    d = add(d, mul(g, share));
    return [undefined, d];
  };
};

export const lbfgsScale: ElementRule = ({ mul }, c) => {
  const [factor] = c as [number];
  return (_p, _g, d = 0) => {
    d = mul(d, factor);
    return [undefined, d];
  };
};

// How steep the direction is; and the point that it begins at.
export const lbfgsStart: ElementRule = ({ abs, most, plus }, _c, _flags, sums) => {
  const [slope, top] = sums as [Sum, Sum];
  return (p, _g, grad = 0, d = 0, x = 0) => {
    plus(slope, grad, d);
    most(top, abs(d));
    x = p;
    return [undefined, grad, d, x];
  };
};

export const lbfgsAt: ElementRule = ({ add, mul }, c) => {
  const [t] = c as [number];
  return (p, _g, d = 0, x = 0) => {
    p = add(x, mul(d, t));
    return [p, d, x];
  };
};

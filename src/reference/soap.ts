// SOAP, of a matrix: the gradient is taken, and then the step along what became of it. Between the two is Adam in another basis, in
// TypeScript. What has no other basis goes Adam's way, at once or by its normalized step.
import type { ElementRule } from './arithmetic.js';
import type { Sum } from './sum.js';

export const soapTake: ElementRule = () => {
  return (_p, g, _average, _square, u = 0) => {
    u = g;
    return [undefined, undefined, undefined, u];
  };
};

export const soapFactored: ElementRule = ({ mul, sub }, c) => {
  const [stepSize, keep] = c as [number, number];
  return (p, _g, _average, _square, u = 0) => {
    p = mul(sub(p, mul(u, stepSize)), keep);
    return [p];
  };
};

export const soapDirection: ElementRule = ({ add, div, mul, plus, sqrt }, c, _flags, sums) => {
  const [beta1, beta1Rest, beta2, beta2Rest, epsilon] = c as [number, number, number, number, number];
  const [size] = sums as [Sum];
  return (_p, g, m = 0, v = 0, u = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    u = div(m, add(sqrt(v), epsilon));
    plus(size, u, u);
    return [undefined, m, v, u];
  };
};

export const soap: ElementRule = ({ add, div, mul, sqrt, sub }, c) => {
  const [stepSize, keep, beta1, beta1Rest, beta2, beta2Rest, epsilon] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, m = 0, v = 0) => {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = mul(sub(p, div(mul(m, stepSize), add(sqrt(v), epsilon))), keep);
    return [p, m, v];
  };
};

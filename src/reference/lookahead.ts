// Lookahead, over any rule: the way from the slow weights towards where it went (`lookahead.sync`). The momentum is pulled
// back on its way through the parameter, which is as the slow weights then and comes back from them: `lift` and `lower` are
// over a rule whose momentum is its first slot.
import type { ElementRule } from './arithmetic.js';

export const lookaheadSync: ElementRule = ({ add, mul }, c) => {
  const [alpha, alphaRest] = c as [number, number];
  return (p, _g, slow = 0) => {
    p = add(mul(p, alpha), mul(slow, alphaRest));
    slow = p;
    return [p, slow];
  };
};

export const lookaheadReset: ElementRule = (_words, c) => {
  const [zero] = c as [number];
  return (_p, _g, momentum = 0) => {
    momentum = zero;
    return [undefined, momentum];
  };
};

export const lookaheadLift: ElementRule = () => {
  return (p, _g, momentum = 0) => {
    p = momentum;
    return [p, momentum];
  };
};

export const lookaheadPull: ElementRule = ({ add, mul }, c) => {
  const [alpha, alphaRest] = c as [number, number];
  return (p, _g, slowMomentum = 0) => {
    p = add(mul(p, alpha), mul(slowMomentum, alphaRest));
    slowMomentum = p;
    return [p, slowMomentum];
  };
};

export const lookaheadLower: ElementRule = () => {
  return (p, _g, momentum = 0) => {
    momentum = p;
    return [undefined, momentum];
  };
};

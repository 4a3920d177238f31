// Where a parameter is before a step moves it, what decays by itself having decayed; and the way back there.
import type { ElementRule } from './arithmetic.js';

export const origin: ElementRule = () => {
  return (p, _g, origin = 0) => {
    origin = p;
    return [undefined, origin];
  };
};

export const originBack: ElementRule = () => {
  return (p, _g, origin = 0) => {
    p = origin;
    return [p, origin];
  };
};

// Where a parameter is before its rule moves it; what decays by itself has decayed.
import type { ElementRule } from './arithmetic.js';

export const former: ElementRule = () => {
  return (p, _g, former = 0) => {
    former = p;
    return [undefined, former];
  };
};

// Adafactor, in three passes. Of a matrix: the squares of the gradient by rows and by columns; then, as of a vector, the squares
// of the parameter and of the update; then the update. A row's number times a column's is the second moment; of a vector
// that is `v`. The numbers of Shazeer and Stern have `added` above 0 and no `least`, those of PyTorch the other
// way round.
import type { ElementRule } from './arithmetic.js';
import type { Columns, Sum } from './sum.js';

export const adafactorSquares: ElementRule = ({ plus }, _c, _flags, sums) => {
  const [row, column] = sums as [Sum, Columns];
  return (_p, g) => {
    plus(row, g, g);
    plus(column, g, g);
    return [];
  };
};

export const adafactorSize: ElementRule = (
  { add, div, max, mul, plus, sqrt, sub },
  c,
  { factored },
  sums,
) => {
  const [added, rest, least] = c as [number, number, number];
  const [weight, update] = sums as [Sum, Sum];
  return (p, g, byRow = 0, byColumn = 0, v = 0) => {
    if (!factored) v = add(v, mul(sub(add(mul(g, g), added), v), rest));
    const u = div(g, sqrt(max(least, factored ? mul(byRow, byColumn) : v)));
    plus(weight, p, p);
    plus(update, u, u);
    return [];
  };
};

export const adafactor: ElementRule = ({ add, div, max, mul, sqrt, sub }, c, { factored, momentum }) => {
  const [added, rest, least, keep, stepSize, beta1, beta1Rest] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, byRow = 0, byColumn = 0, v = 0, m = 0) => {
    if (!factored) v = add(v, mul(sub(add(mul(g, g), added), v), rest));
    const u = mul(div(g, sqrt(max(least, factored ? mul(byRow, byColumn) : v))), stepSize);
    if (momentum) m = add(mul(m, beta1), mul(u, beta1Rest));
    p = sub(mul(p, keep), momentum ? m : u);
    return [p, undefined, undefined, v, m];
  };
};

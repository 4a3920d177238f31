// CAME. Of a matrix, four passes: the squares of the gradient by rows and columns, which Adafactor's kernel adds up; the squares of
// the update; its average, and the squares of the distance to that by rows and columns; and the parameter. Of a vector, two:
// the squares of the update, and the parameter. A row's number and a column's are what the roots of their moments divide by:
// those of the gradient's square, and in the last pass those of the distance's.
import type { ElementRule } from './arithmetic.js';
import type { Columns, Sum } from './sum.js';

export const cameSize: ElementRule = ({ add, div, mul, plus, sqrt }, c, _flags, sums) => {
  const [added, beta2, beta2Rest] = c as [number, number, number];
  const [update] = sums as [Sum];
  return (_p, g, _row, _column, _m, v = 0) => {
    v = add(mul(v, beta2), mul(add(mul(g, g), added), beta2Rest));
    const u = div(g, sqrt(v));
    plus(update, u, u);
    return [];
  };
};

export const cameFactoredSize: ElementRule = ({ mul, plus }, _c, _flags, sums) => {
  const [update] = sums as [Sum];
  return (_p, g, byRow = 0, byColumn = 0) => {
    const u = mul(mul(g, byRow), byColumn);
    plus(update, u, u);
    return [];
  };
};

export const cameMoments: ElementRule = ({ add, mul, plus, sub }, c, _flags, sums) => {
  const [scale, beta1, beta1Rest] = c as [number, number, number];
  const [row, column] = sums as [Sum, Columns];
  return (_p, g, byRow = 0, byColumn = 0, m = 0) => {
    const u = mul(mul(mul(g, byRow), byColumn), scale);
    m = add(mul(m, beta1), mul(u, beta1Rest));
    const distance = sub(u, m);
    plus(row, distance, distance);
    plus(column, distance, distance);
    return [undefined, undefined, undefined, m];
  };
};

export const came: ElementRule = ({ add, div, mul, sqrt, sub }, c, { factored }) => {
  const [added, beta2, beta2Rest, scale, beta1, beta1Rest, lr] = c as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return (p, g, byRow = 0, byColumn = 0, m = 0, v = 0) => {
    if (!factored) v = add(mul(v, beta2), mul(add(mul(g, g), added), beta2Rest));
    if (!factored) m = add(mul(m, beta1), mul(mul(div(g, sqrt(v)), scale), beta1Rest));
    p = sub(p, mul(factored ? mul(mul(m, byRow), byColumn) : m, lr));
    return [p, undefined, undefined, m, v];
  };
};

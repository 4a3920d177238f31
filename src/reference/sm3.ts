// SM3: the second moment of a matrix is the lesser of a row's number and a column's, which are the largest moments of that row and
// that column at the step before. A vector has one for each element.
import type { ElementRule } from './arithmetic.js';
import type { Columns, Sum } from './sum.js';

export const sm3: ElementRule = ({ add, div, max, mul, sqrt, sub }, c, { momentum }) => {
  const [keep, rest, epsilon, mu, muRest, lr] = c as [number, number, number, number, number, number];
  return (p, g, byRow, byColumn, m = 0, v = 0) => {
    const nu = add(mul(v, keep), mul(mul(g, g), rest));
    v = max(v, nu);
    const u = div(g, sqrt(add(nu, epsilon)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = sub(p, mul(momentum ? m : u, lr));
    return [p, byRow, byColumn, m, v];
  };
};

export const sm3Factored: ElementRule = ({ add, div, min, most, mul, sqrt, sub }, c, { momentum }, sums) => {
  const [keep, rest, epsilon, mu, muRest, lr] = c as [number, number, number, number, number, number];
  const [row, column] = sums as [Sum, Columns];
  return (p, g, byRow = 0, byColumn = 0, m = 0) => {
    const nu = add(mul(min(byRow, byColumn), keep), mul(mul(g, g), rest));
    most(row, nu);
    most(column, nu);
    const u = div(g, sqrt(add(nu, epsilon)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = sub(p, mul(momentum ? m : u, lr));
    return [p, undefined, undefined, m];
  };
};

/** Which sides of a tensor have a matrix of their own. */
import { fold, type Shape, type Stack } from '../shape.js';
import type { Side } from './products.js';

/** The shape of a side's matrix; of a side that has none, one without elements. A vector is a row, which has no side of rows. */
export function sideShape(side: Side, shape: Shape, most: number): Shape {
  const n = fold(shape, 'first')[side];
  return n <= most && !(side === 'rows' && shape.length < 2) ? [n, n] : [0, 0];
}

/** A tensor as the matrix whose sides are meant; null for one neither of whose sides has a matrix. */
export function sidedMatrix(shape: Shape, most: number): Stack | null {
  const some = (['rows', 'columns'] as const).some(side => sideShape(side, shape, most)[0]! > 0);
  return some ? { matrices: 1, ...fold(shape, 'first') } : null;
}

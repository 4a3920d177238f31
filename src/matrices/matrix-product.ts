/** A product of two matrices of doubles, row by row: out = left right. `out` is neither of them, and no number of the sizes is 0. */
export interface MatrixProduct {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly out: Float64Array;
  /** Of the result; and what it is added up over: an element is ((0 + a₀ b₀) + a₁ b₁) + …, each product rounded, then added. */
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Whether the columns of a factor are meant for its rows. */
  readonly leftTurned?: boolean;
  readonly rightTurned?: boolean;
  /** Whether the result is symmetric: then half of it is computed, and copied. */
  readonly symmetric?: boolean;
}

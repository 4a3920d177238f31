import type { Adding } from '../sum.js';

/** The words of the arithmetic that others are made of. */
export interface Basic {
  readonly add: (a: number, b: number) => number;
  readonly sub: (a: number, b: number) => number;
  readonly mul: (a: number, b: number) => number;
  readonly div: (a: number, b: number) => number;
  readonly sqrt: (a: number) => number;
  readonly max: (a: number, b: number) => number;
  readonly min: (a: number, b: number) => number;
  readonly abs: (a: number) => number;
  readonly neg: (a: number) => number;
  readonly sign: (a: number) => number;
  readonly select: (c: number, a: number, b: number) => number;
  readonly plus: (sum: Adding, a: number, b: number) => void;
  readonly most: (sum: Adding, a: number) => void;
  readonly constant: (x: number) => number;
  /** Added and taken away, it rounds to a whole number. */
  readonly ROUNDER: number;
}

// The words of the arithmetic over plain numbers: the oracle that every backend is compared with, bit for bit.
//
// A sum, difference, product, quotient or root of two float32 numbers, computed in float64 and rounded once more by
// Math.fround, is the correctly rounded float32 result (Figueroa 1995), so `float32` needs no other tricks.
import type { Adding } from './sum.js';
import type { Basic } from './words/basic.js';
import { cubeRoot } from './words/cube-root.js';
import { exponential } from './words/exponential.js';
import { raised } from './words/raised.js';

export interface Arithmetic extends Basic {
  readonly cubeRoot: (a: number) => number;
  readonly exponential: (x: number) => number;
  readonly raised: (
    x: number,
    one: number,
    whole: number,
    digits: number,
    weight1: number,
    weight2: number,
  ) => number;
}

const over = (round: (x: number) => number, digits: number): Basic => ({
  add: (a, b) => round(a + b),
  sub: (a, b) => round(a - b),
  mul: (a, b) => round(a * b),
  div: (a, b) => round(a / b),
  sqrt: a => round(Math.sqrt(a)),
  max: (a, b) => (a > b ? a : b),
  min: (a, b) => (a < b ? a : b),
  abs: a => Math.abs(a),
  neg: a => -a,
  sign: a => (a > 0 ? 1 : 0) - (a < 0 ? 1 : 0),
  select: (c, a, b) => (c > 0 ? a : b),
  plus: (sum, a, b) => sum.plus(a, b),
  most: (sum, a) => sum.most(a),
  constant: x => round(x),
  ROUNDER: 1.5 * 2 ** digits,
});

const all = (words: Basic): Arithmetic => ({
  ...words,
  cubeRoot: cubeRoot(words),
  exponential: exponential(words),
  raised: raised(words),
});

export const arithmetic = { float32: all(over(Math.fround, 23)), float64: all(over(x => x, 52)) } as const;

/** The flags of a rule's variant, by name. */
export type Flags = Readonly<Record<string, boolean>>;

/**
 * One element: from the parameter, the gradient and the slots, the new parameter and the new slots. Undefined for the parameter
 * where the kernel does not write it.
 */
export type ElementUpdate = (p: number, g: number, ...slots: number[]) => readonly (number | undefined)[];

/** A kernel, given its arithmetic, its coefficients (already rounded to the element's type), and what it adds up. */
export type ElementRule = (
  arithmetic: Arithmetic,
  c: readonly number[],
  flags: Flags,
  sums: readonly Adding[],
) => ElementUpdate;

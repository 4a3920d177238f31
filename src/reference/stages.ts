// The stages, as the reference of every backend: the same lines again.
import type { Arithmetic } from './arithmetic.js';

/** The gradient times a factor. */
export const scale = ({ mul }: Arithmetic, factor: number, g: number): number => {
  g = mul(g, factor);
  return g;
};

/** Coupled weight decay. */
export const decay = ({ add, mul }: Arithmetic, rate: number, p: number, g: number): number => {
  g = add(g, mul(p, rate));
  return g;
};

/** Decoupled weight decay. */
export const shrink = ({ mul }: Arithmetic, keep: number, p: number): number => {
  p = mul(p, keep);
  return p;
};

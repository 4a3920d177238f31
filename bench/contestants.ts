/** Who takes part: lanestep in its configurations, a loop in JavaScript, and the roof. */
import { createRequire } from 'node:module';
import { Adam, type BackendChoice } from 'lanestep';

/** A list of tensors, each with its gradient. */
export interface Work {
  readonly params: readonly Float32Array[];
  readonly grads: readonly Float32Array[];
}

/** Tensors of numbers around 1, with small gradients. */
export function work(tensors: number, length: number): Work {
  const filled = (scale: number, shift: number) =>
    Array.from({ length: tensors }, (_, k) =>
      Float32Array.from({ length }, (_, i) => shift + scale * Math.sin(i + 7 * k)),
    );
  return { params: filled(0.5, 1), grads: filled(0.01, 0) };
}

/** Adam of lanestep; the same gradient arrays at every step. */
export function lanestepAdam({ params, grads }: Work, backend: BackendChoice): () => void {
  const optimizer = new Adam(params, { backend });
  return () => optimizer.step(grads);
}

/** The loop that a careful programmer writes in JavaScript: one pass, everything hoisted, state in typed arrays. */
export function loopAdam({ params, grads }: Work): () => void {
  const [lr, beta1, beta2, eps] = [1e-3, 0.9, 0.999, 1e-8];
  const ms = params.map(p => new Float32Array(p.length));
  const vs = params.map(p => new Float32Array(p.length));
  let power1 = 1;
  let power2 = 1;
  return () => {
    power1 *= beta1;
    power2 *= beta2;
    const root2 = Math.sqrt(1 - power2);
    const stepSize = (lr * root2) / (1 - power1);
    const epsilon = eps * root2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      for (let i = 0; i < p.length; i++) {
        const d = g[i]!;
        const mi = beta1 * m[i]! + rest1 * d;
        const vi = beta2 * v[i]! + rest2 * d * d;
        m[i] = mi;
        v[i] = vi;
        p[i] = p[i]! - (stepSize * mi) / (Math.sqrt(vi) + epsilon);
      }
    }
  };
}

interface Roof {
  prepare(gradient: Float32Array, written: readonly Float32Array[]): () => void;
}

/** A pass over a gradient and so many arrays that are written back, for each tensor. Null where it is not built. */
export function roof({ params, grads }: Work, written: number): (() => void) | null {
  let addon: Roof;
  try {
    addon = createRequire(import.meta.url)('../../build/Release/roof.node');
  } catch {
    return null;
  }
  // The passes hold bare pointers: the arrays are kept here.
  const passes = params.map((p, k) => {
    // Copies, and not new arrays: what was never written is one page of zeros, and reading it is no traffic.
    const gradient = grads[k]!.slice();
    const arrays = Array.from({ length: written }, () => p.slice());
    return { gradient, arrays, pass: addon.prepare(gradient, arrays) };
  });
  return () => {
    for (const { pass } of passes) pass();
  };
}

// A training run that can be cut anywhere, for what must go on from there with the same bits.
import { type Loose, step } from './every-optimizer.js';

type FloatArray = Float32Array | Float64Array;
// biome-ignore lint/suspicious/noExplicitAny: state dicts are looked into as what they are
type Any = any;
export type Backend = 'native' | 'wasm';

/** Numbers in [-1, 1), the same ones for the same seed. */
export function noise<A extends FloatArray>(array: A, seed: number): A {
  let x = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < array.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    array[i] = x / 2 ** 31 - 1;
  }
  return array;
}

/** All bits of a value, arrays and numbers alike. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (!ArrayBuffer.isView(inner))
      return typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner;
    return Buffer.from(
      Uint8Array.from(new Uint8Array(inner.buffer, inner.byteOffset, inner.byteLength)),
    ).toString('hex');
  });
}

/** A training run of two tensors of different types, one of which sits out some steps. */
export interface Run {
  readonly make: (params: Any, backend: Backend) => Loose;
  readonly shape: 'record' | 'groups';
}

const length = { a: 37, b: 21 } as const;

/** Such a run on a backend. */
export class Training {
  readonly a = noise(new Float32Array(length.a), 1);
  readonly b = noise(new Float64Array(length.b), 2);
  readonly optimizer: Loose;
  readonly #run: Run;

  constructor(run: Run, backend: Backend, from?: { a: Float32Array; b: Float64Array }) {
    this.#run = run;
    if (from) {
      this.a.set(from.a);
      this.b.set(from.b);
    }
    const { a, b } = this;
    this.optimizer = run.make(
      run.shape === 'record' ? { a, b } : [{ params: { a } }, { params: [b] }],
      backend,
    );
  }

  /** Steps from t = from + 1 to t = to. `b` has its first gradient at step 3, and then sits out every third. */
  train(from: number, to: number): this {
    for (let t = from + 1; t <= to; t++) {
      const a = noise(new Float32Array(length.a), 100 + t);
      const b = t >= 3 && t % 3 !== 2 ? noise(new Float64Array(length.b), 200 + t) : null;
      step(this.optimizer, this.#run.shape === 'record' ? { a, b } : [{ a }, [b]]);
    }
    return this;
  }

  get bits(): string {
    return text([this.a, this.b, this.optimizer.stateDict(), this.optimizer.steps]);
  }
}

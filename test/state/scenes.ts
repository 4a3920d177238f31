// Both backends, and what a state looks like after a step of ones.
import { nativeMissing } from '../backends.js';

export const backends: readonly ('native' | 'wasm')[] =
  nativeMissing === null ? ['native', 'wasm'] : ['wasm'];

// biome-ignore lint/suspicious/noExplicitAny: what is loaded comes from elsewhere, and is looked into as what it is
export type Any = any;

export const f32 = (...values: number[]) => Float32Array.from(values);

/** The ways of a state from one optimizer into another. */
export const ways: Record<string, (from: Any, to: Any, options?: Any) => Any> = {
  loadStateDict: (from, to, options) => to.loadStateDict(from.stateDict(), options),
  deserialize: (from, to, options) => to.deserialize(from.serialize(), options),
  'deserialize of the state alone': (from, to, options) =>
    to.deserialize(from.serialize({ params: false }), options),
  'loadStateDict after JSON': (from, to, options) =>
    to.loadStateDict(JSON.parse(JSON.stringify(from.stateDict())), options),
};

/** The code of what is thrown. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return `${(error as Any).code}: ${(error as Error).message}`;
  }
  return 'nothing';
}

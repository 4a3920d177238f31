/** Runs optimizers along recorded gradients, on every backend, and compares them with what other libraries recorded. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HessianOptimizer } from '../../src/hessian-optimizer.js';
import {
  BackendError,
  backend,
  type Dtype,
  type FloatArray,
  Nesterov,
  type StateDict,
} from '../../src/index.js';

/** What all optimizers have in common here: parameters as an array, options by name. */
export interface Trainer {
  step(grads: never, told?: object): void;
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void;
  dispose(): void;
}

/** The class of an optimizer. */
export type TrainerClass = new (params: FloatArray[], options: never) => Trainer;

/** Options by name, of whatever optimizer. */
export type Hypers = Readonly<Record<string, unknown>>;

/** The backends by name, each with the reason for which it does not load. */
export const backends = (['native', 'wasm'] as const).map(name => {
  try {
    backend(name);
    return { name, missing: null };
  } catch (error) {
    // An environment variable that cannot be followed is no reason to test less.
    if (!(error instanceof BackendError) || error.code === 'ERR_LANESTEP_ENVIRONMENT') throw error;
    return { name, missing: error.message };
  }
});

/** Registers tests for each backend; those of one that does not load are skipped, and their title says why. */
export function onEachBackend(register: (backend: 'native' | 'wasm') => void): void {
  for (const { name, missing } of backends) {
    const title = missing === null ? name : `${name}, skipped: ${missing}`;
    describe.skipIf(missing !== null)(title, () => register(name));
  }
}

/** Typed arrays of one type. */
export function tensors(dtype: Dtype, values: readonly (readonly number[])[]): FloatArray[] {
  return values.map(list => (dtype === 'float32' ? Float32Array.from(list) : Float64Array.from(list)));
}

/** Constructs an optimizer out of options that were read from a file. */
export function construct(Class: TrainerClass, params: FloatArray[], options: Hypers): Trainer {
  return new Class(params, options as never);
}

/** One step of any optimizer; `Nesterov` asks for the gradients itself, at the look-ahead point. */
export function take(
  trainer: Trainer,
  gradients: () => readonly FloatArray[],
  loss = 1,
  hessian: readonly FloatArray[] | null = null,
): void {
  const told = trainer instanceof HessianOptimizer ? { hessian } : { loss };
  trainer.step((trainer instanceof Nesterov ? gradients : gradients()) as never, told);
}

/** PyTorch's names of hyper-parameters in ours. */
export function camelCase(hyper: Hypers): Hypers {
  const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(hyper).map(([name, value]) => [camel(name), value]));
}

/** A case of a golden file; its README explains the schema. */
interface Case {
  readonly name: string;
  readonly variant?: string;
  readonly hyper: Hypers;
  readonly shapes?: number[][];
  readonly params0: number[][];
  readonly grads: number[][][];
  /** The losses, of optimizers that go by them. */
  readonly values?: number[];
  /** The Hessian's diagonal, of optimizers that go by it, at the steps that are told it. */
  readonly hessian_diag?: readonly { readonly step: number; readonly values: number[][] }[];
  readonly steps: number[];
  readonly params: number[][][];
  readonly params_f32?: number[][][];
  readonly f32_max_abs_diff?: number;
  /** Of each tensor; a number is the whole model's. */
  readonly states?: Record<string, Record<string, number[][] | number>>;
}

/** A file of test/golden. */
export function golden<File>(name: string): File {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as File;
}

/** Throws where an element is further from what is expected than allowed, and says which. */
export function expectWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: (expected: number) => number,
  where: string,
): void {
  expect(actual.length, where).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [is, should] = [actual[i]!, expected[i]!];
    // Written so that a NaN fails.
    if (!(Math.abs(is - should) <= bound(should))) {
      expect.fail(`${where}[${i}]: expected ${should} to within ${bound(should)}, got ${is}`);
    }
  }
}

/** Expects numbers to a few units in the last place, of the number itself or of what it was computed from. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: readonly number[],
  from: readonly number[] = [],
  where = 'element ',
): void {
  const scale = Math.max(0, ...from.map(Math.abs));
  expectWithin(actual, expected, x => 2e-15 * Math.max(Math.abs(x), scale), where);
}

/**
 * How far float32 may be from the reference. Where the reference ran in float32 itself, 1e-6 max(1, |p|) is enough; where
 * there is only its float64 run, twice what its float32 run was found to deviate comes on top.
 */
const float32Bound = (deviation: number) => (p: number) => 2 * deviation + 1e-6 * Math.max(1, Math.abs(p));
const float64Bound = (tolerance: number) => (p: number) => tolerance * Math.max(1, Math.abs(p));

/**
 * States have no floor under their bound, for the squares of small gradients are far below 1. In float32 an average
 * may lose digits by cancellation.
 */
const stateBound = (relative: number) => (s: number) => relative * Math.abs(s);

/** Names of state that only we have, and that only the file has, and what else differs. */
interface Unshared {
  /** Which cases are this optimizer's, where a file has several's. Default all. */
  readonly only?: (kase: Case) => boolean;
  /** What the options of a case are called here, where names in camelCase are not enough. */
  readonly options?: (hyper: Hypers, variant: string | undefined) => Hypers;
  readonly ours?: readonly string[] | ((hyper: Hypers) => readonly string[]);
  readonly theirs?: readonly string[] | ((hyper: Hypers) => readonly string[]);
  /** How far states in float32 may be away, relatively. Default 1e-4. */
  readonly float32?: number;
  /** And in float64. Default 1e-12. */
  readonly float64?: number;
  /** The same of scalars. Default 1e-12: they are computed in float64, out of gradients that float32 has. */
  readonly scalars32?: number;
}

function expectStates(
  actual: StateDict,
  recorded: Record<string, number[][] | number>,
  dtype: Dtype,
  t: number,
  { ours = [], theirs = [], float32 = 1e-4, float64 = 1e-12, scalars32 = 1e-12 }: Unshared,
  hyper: Hypers,
): void {
  const others = typeof theirs === 'function' ? theirs(hyper) : theirs;
  const own = typeof ours === 'function' ? ours(hyper) : ours;
  const shared = Object.entries(recorded).filter(([name]) => !others.includes(name));
  const expected: Record<string, number[][]> = {};
  for (const [name, value] of shared) {
    if (typeof value !== 'number') {
      // An empty list stands for a tensor that has no such state.
      const lists = value.filter(({ length }) => length > 0);
      if (lists.length > 0) expected[name] = lists;
    } else
      expectWithin(
        [actual.model![name]!],
        [value],
        stateBound(dtype === 'float64' ? 1e-11 : float32),
        `step ${t}, ${name}`,
      );
  }
  const found = new Set<string>();
  const next: Record<string, number> = {};
  for (const [i, { step, ...state }] of Object.entries(actual.state)) {
    expect(step).toBe(t);
    for (const name of Object.keys(state)) found.add(name);
    for (const [name, lists] of Object.entries(expected)) {
      const value = state[name];
      // Of matrices there is other state than of vectors: the file has lists of those that have such.
      if (value === undefined) continue;
      const place = next[name] ?? 0;
      next[name] = place + 1;
      const list = typeof value === 'number' ? [value] : value;
      const [of64, of32] = typeof value === 'number' ? [1e-12, scalars32] : [float64, float32];
      const bound = stateBound(dtype === 'float64' ? of64 : of32);
      // A scalar of all tensors may be recorded once.
      expectWithin(list, lists[lists.length === 1 ? 0 : place]!, bound, `step ${t}, state of ${i}, ${name}`);
    }
  }
  expect([...found].sort()).toEqual([...Object.keys(expected), ...own].sort());
  for (const [name, lists] of Object.entries(expected))
    expect(next[name], name).toBeGreaterThanOrEqual(lists.length);
}

const same = (hyper: Hypers): Hypers => hyper;

/** Registers one test for each case of a golden file, backend and type: parameters and state at every recorded step. */
export function followsGolden(name: string, Class: TrainerClass, unshared: Unshared = {}): void {
  const file = golden<{ cases: Case[]; tolerance?: { f64_abs_over_max1: number } }>(name);
  const tolerance = file.tolerance?.f64_abs_over_max1 ?? 1e-12;

  describe(`${name}.json`, () => {
    onEachBackend(backend => {
      for (const kase of file.cases.filter(unshared.only ?? (() => true))) {
        test(`${kase.name}, float64`, () => follow(kase, 'float64', backend));
        test(`${kase.name}, float32`, () => follow(kase, 'float32', backend));
      }
    });
  });

  function follow(kase: Case, dtype: Dtype, backend: string): void {
    const params = tensors(dtype, kase.params0);
    const trainer = construct(Class, params, {
      ...(unshared.options ?? same)(camelCase(kase.hyper), kase.variant),
      ...(kase.shapes && { shapes: kase.shapes }),
      backend,
    });
    const expected = dtype === 'float32' ? (kase.params_f32 ?? kase.params) : kase.params;
    const bound = dtype === 'float32' ? float32Bound(kase.f32_max_abs_diff ?? 0) : float64Bound(tolerance);
    let snapshots = 0;
    kase.grads.forEach((gradients, before) => {
      const t = before + 1;
      const hessian = kase.hessian_diag?.find(({ step }) => step === t)?.values;
      take(
        trainer,
        () => tensors(dtype, gradients),
        kase.values?.[before],
        hessian && tensors(dtype, hessian),
      );
      const states = kase.states?.[t];
      if (states) expectStates(trainer.stateDict(), states, dtype, t, unshared, kase.hyper);
      const snapshot = expected[kase.steps.indexOf(t)];
      if (!snapshot) return;
      snapshots++;
      snapshot.forEach((list, i) => {
        expectWithin(params[i]!, list, bound, `step ${t}, params[${i}]`);
      });
    });
    expect(snapshots).toBe(kase.steps.length);
    trainer.dispose();
  }
}

/** Made-up gradients of both signs and of sizes from 1e-3 to 1e3, the same ones at every call. */
export function waves(t: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => Math.sin(1.7 * t + 2.3 * k + 0.4) * 10 ** ((k % 7) - 3));
}

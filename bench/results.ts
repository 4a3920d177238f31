/** What a run of the benchmark leaves behind: the format of `--json`, of `--baseline`, and what every report is made of. */

import type { Work } from './work.js';

/** The version of the format. It changes when a reader of an older one would misread. */
export const schema = { name: 'lanestep-bench', version: 1 } as const;

/** What every kind of run says of itself. */
export interface Run {
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  /** Who could not take part, and why. */
  readonly absent: readonly { readonly contestant: string; readonly reason: string }[];
}

/** A whole run. */
export interface Results extends Run {
  readonly schema: typeof schema.name;
  readonly version: typeof schema.version;
  readonly cases: readonly CaseResult[];
}

/** What it ran on. Sizes are in bytes; null where the system does not tell. */
export interface Machine {
  readonly cpu: string;
  /** Logical processors that this process may use. */
  readonly processors: number;
  readonly caches: { readonly l1d: number | null; readonly l2: number | null; readonly l3: number | null };
  readonly memory: number;
  /** `Linux 6.1.0 x64`. */
  readonly os: string;
  /** The name of the hypervisor, or `yes`, where the machine is a virtual one; null where it is not, or does not tell. */
  readonly virtual: string | null;
  readonly node: string;
  readonly v8: string;
  readonly lanestep: string;
  /** The commit that was built, `+` behind it where the tree was changed since; null outside of a clone. */
  readonly commit: string | null;
  readonly backend: 'native' | 'wasm';
  readonly instructionSet: string;
  readonly threads: number;
  /** The load averages of 1, 5 and 15 minutes before the run; zeros on Windows. */
  readonly load: readonly [number, number, number];
}

/** Which part of the report a case belongs to. */
export type Group = 'sizes' | 'tensors' | 'stages' | 'calls';

/** A case, and what became of everyone who took part in it. */
export interface CaseResult {
  /** Unique and stable between versions: `Adam/float32/1e6`, `Adam/float32/1000x100`. */
  readonly id: string;
  readonly group: Group;
  /** A line for people: `Adam, float32, 1000 tensors of 100`. */
  readonly title: string;
  /** The optimizer's class. */
  readonly optimizer: string;
  /** What differs from its defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: 'float32' | 'float64';
  readonly tensors: number;
  /** Of all tensors together. */
  readonly elements: number;
  /** What a step has to move: each array that it reads counted once, each that it writes once more. */
  readonly bytes: number;
  /** What it computes for each element; results of older versions do not say it. */
  readonly work?: Work;
  readonly entries: readonly Entry[];
}

/** Who takes part. */
export type Kind = 'native' | 'wasm' | 'loop' | 'textbook' | 'roof' | 'tfjs-cpu' | 'tfjs-wasm' | 'torch';

/** What became of one contestant in one case. */
export interface Entry {
  /** `native avx512 x1`, `wasm`, `loop`, `roof x2`, `torch x1`. The same contestant has the same name in every case. */
  readonly contestant: string;
  readonly kind: Kind;
  readonly threads: number;
  /** Seconds of a step, one for each round: the k-th samples of all contestants of a case were taken one after another. */
  readonly samples: readonly number[];
  /** Steps that were timed. */
  readonly steps: number;
  /**
   * What was compared with the reference. `bits`: after the last timed step every parameter had its bits. `numbers`: the
   * parameters after a few steps were within a tolerance. `nothing`: the roof, which computes nothing of interest.
   */
  readonly checked: 'bits' | 'numbers' | 'nothing';
  /** The largest error of a parameter after a few steps against the same steps in float64, in units in the last place; null for the roof. */
  readonly ulps: number | null;
}

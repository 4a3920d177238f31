/** What a row of the catalogue of bad input is: something that must be refused, what is said then, and who must not notice. */
import type * as lanestep from '../../src/index.js';
import type { FloatArray } from '../walk.js';

// biome-ignore lint/suspicious/noExplicitAny: what is passed in these tables is wrong on purpose
export type Wrong = any;

export type Backend = 'native' | 'wasm';

type Bare<Name> = Name extends `ERR_LANESTEP_${infer Rest}` ? Rest : never;
/** The code of an error, without what all codes begin with. */
export type Code = Bare<lanestep.ErrorCode>;

/** Which class has which code. */
export const classOf: Record<
  Code,
  'OptionError' | 'ShapeError' | 'StateError' | 'BackendError' | 'CheckpointError' | 'GradientError'
> = {
  OPTION: 'OptionError',
  SHAPE: 'ShapeError',
  NAME: 'ShapeError',
  DTYPE: 'ShapeError',
  LENGTH: 'ShapeError',
  DETACHED: 'ShapeError',
  RESIZABLE: 'ShapeError',
  PINNED: 'ShapeError',
  ALIAS: 'ShapeError',
  STATE: 'StateError',
  BUSY: 'StateError',
  DISPOSED: 'StateError',
  BACKEND: 'BackendError',
  ENVIRONMENT: 'BackendError',
  MEMORY: 'BackendError',
  CHECKPOINT: 'CheckpointError',
  FILE: 'CheckpointError',
  NONFINITE: 'GradientError',
};

/** Something that is used before and after the attempt; the runner makes another one, its twin, to which nothing happens. */
export interface Scene {
  /** The arrays that an attempt must leave as they are, under the names that messages have for them. */
  readonly arrays: Record<string, FloatArray>;
  /** All else that can be told from outside: state, step counts, options. */
  readonly tell: () => unknown;
  /** Does something good, which changes what is told, or the arrays. */
  readonly goOn: () => unknown;
  /** Puts a copy in the place of an array that the attempt itself took away. */
  readonly restore?: (name: string, copy: FloatArray) => void;
  /** The classes of errors, where the scene does not use those of this file's own import. */
  readonly errors?: typeof lanestep;
}

/** What happens: an error of this code; an error of the user's own (`mine`); or TypeScript's and the engine's word against it. */
export type Outcome = Code | 'mine' | 'TypeError';

/** One thing that must be refused. */
export interface Case<S extends Scene = Scene> {
  readonly title: string;
  /** Makes ready what is wrong, and gives the attempt. */
  readonly attempt: (scene: S) => () => unknown;
  readonly outcome: Outcome;
  /** What the message must say: which argument, and what is wrong with it. */
  readonly says: readonly string[];
  /** The arrays of the scene whose memory is taken away by the user's own code, before the attempt or within. */
  readonly loses?: readonly string[];
  /** Whether what is refused happens within the scene's `goOn`, which the attempt calls, and which is not to be bothered. */
  readonly within?: true;
}

/** Cases that befall the like of one scene. */
export interface Chapter<S extends Scene = Scene> {
  readonly title: string;
  readonly begin: () => S | Promise<S>;
  readonly cases: readonly Case<S>[];
  /** Whether all cases befall one scene, one after the other, in a single test: for the many that are generated. */
  readonly together?: boolean;
}

/** A chapter, of whatever scenes: each case gets what its own chapter's `begin` gives. */
export const chapter = <S extends Scene>(of: Chapter<S>): Chapter => of as unknown as Chapter;

/** What a getter, a schedule or a closure of the user's throws. */
export const mine = new RangeError('mine');
export const raise = (): never => {
  throw mine;
};

/** A value, with something done on the way. */
export function yielding<T>(value: T, act: () => unknown): T {
  act();
  return value;
}

/** What parameters and gradients are, to TypeScript: an array, a record of names, or groups of either; and what is registered of them. */
import type { Shape } from './shape.js';
import type { Dtype, FloatArray } from './types.js';

/** Parameters without options of their own: an array, or a record of named arrays. */
export type ParamList = readonly FloatArray[] | Readonly<Record<string, FloatArray>>;

/** Parameters with options of their own, which go before the optimizer's. The options stand beside `params`, and so may `shapes`. */
export interface ParamGroup {
  readonly params: ParamList;
  readonly [option: string]: unknown;
}

/** What an optimizer is constructed with. */
export type Params = ParamList | readonly ParamGroup[];

// What is registered under a name, or in a list: an array, or a group of them.
type Entry<T> = T extends { readonly params: infer L }
  ? {
      readonly params: { readonly [K in keyof L]: FloatArray };
      readonly shapes?: ShapeList<L> | undefined;
      readonly [option: string]: unknown;
    }
  : FloatArray;

/**
 * What parameters have to be, to TypeScript: any array, record, class or interface that has nothing but `Float32Array` and
 * `Float64Array`, or a list of groups of such.
 */
export type ParamsLike<P> = { readonly [K in keyof P]: Entry<P[K]> };

type Given<T> = T extends Float32Array ? Float32Array : T extends Float64Array ? Float64Array : never;

type GradList<P> = P extends readonly FloatArray[]
  ? readonly (FloatArray | null | undefined)[]
  : { readonly [K in keyof P]?: Given<P[K]> | null | undefined };

/**
 * Gradients in the shape of their parameters: an array as long as that of the parameters, a record with the same keys, or
 * a list with one of these for each group. Null, undefined or a missing key skips its tensor; null for a group skips all of its.
 */
export type Grads<P> = P extends readonly { readonly params: unknown }[]
  ? { readonly [K in keyof P]: P[K] extends { readonly params: infer L } ? GradList<L> | null : never }
  : GradList<P>;

type ShapeList<P> = P extends readonly unknown[]
  ? readonly (Shape | null | undefined)[]
  : { readonly [K in keyof P]?: Shape | null | undefined };

/**
 * Shapes in the shape of their parameters: a list as long as theirs, a record with their keys, or a list with one of these for each
 * group. Null, undefined or a missing key is a vector; null for a group makes vectors of all of its, or leaves them to what stands
 * beside its `params`.
 */
export type Shapes<P> = 0 extends 1 & P
  ? // biome-ignore lint/suspicious/noExplicitAny: of any parameters
    any
  : P extends readonly { readonly params: unknown }[]
    ? { readonly [K in keyof P]: P[K] extends { readonly params: infer L } ? ShapeList<L> | null : never }
    : ShapeList<P>;

/** Groups, and one that was added. */
export type Grown<P, G> = P extends readonly { readonly params: unknown }[] ? readonly [...P, G] : never;

/** What a step of them takes. */
export type GrownInput<Input, P> = Input extends (...args: never) => unknown ? () => Grads<P> : Grads<P>;

/** One registered parameter. */
export interface Parameter {
  /** Its key in a state dict: the name, or the place in the list over all groups. */
  readonly name: string;
  /** Where it is updated. */
  array: FloatArray;
  readonly dtype: Dtype;
  readonly length: number;
  /** Its dimensions; a vector where none were given. Nobody can write to it. */
  readonly shape: Shape;
  /** The group that it belongs to. */
  readonly group: number;
  /** How it is written after `params` or `grads`: `.w`, `[0]`, `[1].w`. */
  readonly path: string;
  /** The same after `params`, where groups have one word more. */
  readonly paramPath: string;
}

/** The tensors of one group, and the options that stand beside them. */
export interface Listed {
  readonly named: boolean;
  readonly options: Record<string, unknown>;
  readonly parameters: readonly Parameter[];
  /** Whether one has a name that every object inherits something under: `constructor`, `__proto__`. */
  readonly shadows: boolean;
}

/** What the two lists are called in messages. */
export interface Words {
  readonly params: string;
  readonly grads: string;
}

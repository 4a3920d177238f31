/** The two element types that lanestep updates. */
export type FloatArray = Float32Array | Float64Array;

/** The element type of a tensor, by PyTorch's name. */
export type Dtype = 'float32' | 'float64';

/**
 * A number as a function of the step: `t` is 1 for the first step. It must return a finite number in the range of the
 * hyper-parameter that it stands for, and the same one for the same `t`: it is called before anything is written, once for each group
 * and option that it stands in, at construction (t = 1), at each step, and where options are set or a state is loaded.
 */
export type Schedule = (t: number) => number;

/** A hyper-parameter: a number, or a function of the step. */
export type Hyper = number | Schedule;

/**
 * Two hyper-parameters, such as `betas`. That there are two is checked when they are given: an object of options that is declared
 * before has a list of numbers, `number[]`, to TypeScript.
 */
export type Pair = readonly [Hyper, Hyper] | readonly Hyper[];

/** Three hyper-parameters, checked in the same way. */
export type Triple = readonly [Hyper, Hyper, Hyper] | readonly Hyper[];

/** One hyper-parameter or several, as many as the option says. */
export type Several = readonly [Hyper] | readonly Hyper[];

/** Where a file is: a path, or a `URL` of the scheme `file:`. */
export type Path = string | { readonly href: string };

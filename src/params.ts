/** The shapes that parameters and gradients come in: an array, a record of names, or groups of either. */
import { didYouMean } from './did-you-mean.js';
import { listed, ShapeError, show } from './errors.js';
import { isObject, isRecord, keysOf, readGiven } from './given.js';
import {
  bufferOf,
  checkMemory,
  describe,
  detached,
  dtypeOf,
  isLasting,
  isShared,
  lengthOf,
} from './memory.js';
import { readShape, type Shape, vectorOf } from './shape.js';
import { type AddressOf, Territory } from './territory.js';
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
interface Listed {
  readonly named: boolean;
  readonly options: Record<string, unknown>;
  readonly parameters: readonly Parameter[];
  /** Whether one has a name that every object inherits something under: `constructor`, `__proto__`. */
  readonly shadows: boolean;
}

const hint =
  'an array of Float32Array or Float64Array, a record of named ones, or a list of groups { params, ...options }';

/** What the two lists are called in messages. */
export interface Words {
  readonly params: string;
  readonly grads: string;
}

/** Reads and checks what an optimizer is constructed with. */
export class Registry {
  readonly groups: readonly Listed[];
  readonly parameters: readonly Parameter[];
  readonly #grouped: boolean;
  // Whether it is one list, without groups.
  readonly #listed: boolean;
  #territory = new Territory();
  #addressOf: AddressOf | null = null;
  readonly #names = new Map<string, string>();

  readonly words: Words;

  readonly #optionNames: readonly string[];

  /**
   * @param params what a caller gave
   * @param optionNames what may stand beside a group's `params`, with `shapes`
   * @param shapes the shapes of all of them
   * @param before those that this group, the only one in `params`, joins
   */
  constructor(
    params: unknown,
    words: Words = { params: 'params', grads: 'grads' },
    optionNames: readonly string[] = [],
    shapes?: unknown,
    before?: Registry,
  ) {
    this.#optionNames = optionNames;
    this.words = words;
    if (!Array.isArray(params) && !isObject(params)) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        `Expected ${words.params} to be ${hint}, got ${describe(params)}${dtypeOf(params) === null ? '' : '; put it in an array'}`,
      );
    }
    // Lists are copied before anything is looked at: what a getter does in between cannot be undone, but it can be seen.
    const list = Array.isArray(params) ? [...params] : null;
    this.#grouped = list !== null && list.length > 0 && list.every(isGroup);
    const groups: Listed[] = [...(before?.groups ?? [])];
    if (before) {
      for (const [name, shown] of before.#names) this.#names.set(name, shown);
      this.#addressOf = before.#addressOf;
    }
    // Places are counted over all lists.
    let count = groups.reduce((sum, { named, parameters }) => sum + (named ? 0 : parameters.length), 0);
    const add = (
      given: unknown,
      options: Record<string, unknown>,
      at: string,
      paramAt: string,
      { shapes: givenShapes, shown }: GivenShapes,
    ): void => {
      const { named, entries } = entriesOf(given, `${words.params}${paramAt}`);
      const keys = entries.map(([key]) => key);
      const ownShapes = shapesIn(givenShapes, keys, named, shown);
      const parameters = entries.map(([key, array], i) => {
        const path = `${at}${pathOf(key, named)}`;
        const paramPath = `${paramAt}${pathOf(key, named)}`;
        const shape = { given: ownShapes[i], shown: `${shown}${pathOf(key, named)}` };
        return this.#register(named ? key : String(count++), array, groups.length, path, paramPath, shape);
      });
      groups.push({
        named,
        options,
        parameters,
        shadows: parameters.some(({ name }) => name in Object.prototype),
      });
    };
    if (this.#grouped) {
      const forAll = shapesOfGroups(shapes, list!.length);
      list!.forEach((group: ParamGroup, k) => {
        const i = groups.length;
        const wanted = (key: string): boolean =>
          key === 'params' || key === 'shapes' || optionNames.includes(key);
        const {
          params: given,
          shapes: own,
          ...options
        } = readGiven(group, wanted) as Record<string, unknown>;
        // As everywhere, an undefined option is one that was not given.
        for (const key of Object.keys(options)) if (options[key] === undefined) delete options[key];
        const beside = { shapes: own, shown: `${words.params}[${i}].shapes` };
        add(
          given,
          options,
          `[${i}]`,
          `[${i}].params`,
          onceOf(beside, { shapes: forAll[k], shown: `shapes[${i}]` }),
        );
      });
    } else {
      add(list ?? params, {}, '', '', { shapes, shown: 'shapes' });
    }
    this.groups = groups;
    this.parameters = groups.flatMap(group => group.parameters);
    this.#listed = !this.#grouped && !groups[0]!.named;
    if (this.parameters.length === 0) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        `Expected ${words.params} to have at least one array, got none`,
      );
    }
  }

  /**
   * These and another group. Runs the user's getters; that its memory is nobody else's is left to `checkMove`.
   *
   * @throws ShapeError where there are no groups, or this is none
   */
  extended(group: unknown): Registry {
    if (!this.#grouped) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        `Expected an optimizer with groups for addGroup, got one whose ${this.words.params} are arrays: construct it with ` +
          'a list of one group, [{ params }]',
      );
    }
    if (!isGroup(group)) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        `Expected a group { params, ...options } for addGroup, got ${describe(group)}`,
      );
    }
    return new Registry([group], this.words, this.#optionNames, undefined, this);
  }

  #register(
    name: string,
    array: unknown,
    group: number,
    path: string,
    paramPath: string,
    shape: { readonly given: unknown; readonly shown: string },
  ): Parameter {
    const shown = `${this.words.params}${paramPath}`;
    const dtype = dtypeOf(array);
    if (dtype === null) {
      const got = describe(array);
      throw new ShapeError(
        'ERR_LANESTEP_DTYPE',
        `Expected ${shown} to be a Float32Array or a Float64Array, got ${got}` +
          (got.startsWith('an array') ? '; Float32Array.from() makes one' : ''),
      );
    }
    const other = this.#names.get(name);
    if (other !== undefined) {
      throw new ShapeError(
        'ERR_LANESTEP_NAME',
        `Expected names to be unique over all groups, got ${show(name)} as ${other} and ${shown}; rename one`,
      );
    }
    const known = array as FloatArray;
    checkMemory(known, shown);
    this.#claim(known, dtype, shown);
    this.#names.set(name, shown);
    const length = lengthOf(known);
    const { given } = shape;
    const dimensions =
      given === undefined || given === null ? vectorOf(length) : readShape(given, length, shape.shown);
    return { name, array: known, dtype, length, shape: dimensions, group, path, paramPath };
  }

  /**
   * Collects gradients, or other arrays in their shape, in the order of the parameters. Runs the user's getters, checks
   * names, and nothing else.
   */
  gather(grads: unknown, into: (FloatArray | null)[], shown = this.words.grads): void {
    if (this.#listed && Array.isArray(grads)) gatherList(grads, this.parameters.length, into, 0, shown);
    else this.#gather(grads, into, shown);
  }

  #gather(grads: unknown, into: (FloatArray | null)[], shown: string): void {
    let at = 0;
    if (!this.#grouped) {
      this.#gatherGroup(this.groups[0]!, grads, shown, into, at);
      return;
    }
    if (!Array.isArray(grads) || grads.length !== this.groups.length) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        `Expected ${shown} to be a list of ${this.groups.length} groups like params, got ${describe(grads)}`,
      );
    }
    for (let i = 0; i < this.groups.length; i++) {
      const { length } = this.groups[i]!.parameters;
      const given: unknown = grads[i];
      if (given === null) into.fill(null, at, at + length);
      else this.#gatherGroup(this.groups[i]!, given, `${shown}[${i}]`, into, at);
      at += length;
    }
  }

  #gatherGroup(group: Listed, grads: unknown, shown: string, into: (FloatArray | null)[], at: number): void {
    const { parameters, named, shadows } = group;
    if (named ? !isObject(grads) : !Array.isArray(grads)) this.#refuseShape(group, grads, shown);
    if (!named) {
      gatherList(grads as (FloatArray | null | undefined)[], parameters.length, into, at, shown);
      return;
    }
    const record = grads as Record<string, unknown>;
    let found = 0;
    for (let i = 0; i < parameters.length; i++) {
      const { name } = parameters[i]!;
      const given = (shadows && !Object.hasOwn(record, name) ? undefined : record[name]) as
        | FloatArray
        | null
        | undefined;
      into[at + i] = given ?? null;
      if (given !== undefined) found++;
    }
    let keys = 0;
    for (const _ in record) keys++;
    // Where all are there, nothing was passed over; else a misspelt name must not pass for a tensor that sits out.
    if (found === parameters.length && keys <= found) return;
    if (found === 0 && !isRecord(record)) this.#refuseShape(group, record, shown);
    this.#refuseUnknown(group, record, shown);
  }

  #refuseShape({ named, parameters }: Listed, grads: unknown, shown: string): never {
    const expected = named ? 'a record with the keys of its parameters' : `an array of ${parameters.length}`;
    throw new ShapeError('ERR_LANESTEP_SHAPE', `Expected ${shown} to be ${expected}, got ${describe(grads)}`);
  }

  #refuseUnknown(group: Listed, grads: object, shown: string): void {
    const names = group.parameters.map(({ name }) => name);
    const known = new Set<PropertyKey>(names);
    const unknown = keysOf(grads).find(key => !known.has(key));
    if (unknown === undefined) return;
    throw new ShapeError(
      'ERR_LANESTEP_NAME',
      `Expected ${shown} to have keys out of ${listed(names)}, got ${show(unknown)}${didYouMean(unknown, names)}`,
    );
  }

  #claim(array: FloatArray, dtype: Dtype, shown: string): void {
    const trespassed = this.#territory.trespassed(array, dtype);
    if (trespassed !== null) {
      throw new ShapeError(
        'ERR_LANESTEP_ALIAS',
        `Expected ${shown} to have memory of its own, but it is, or overlaps, ${trespassed}; pass each parameter once`,
      );
    }
    this.#territory.claim(array, dtype, shown);
  }

  /**
   * Tells shared memory by where it is from now on, since two SharedArrayBuffers may be one memory, and throws where parameters
   * are. A backend that knows no addresses cannot tell.
   */
  locate(addressOf: AddressOf): void {
    this.#addressOf = addressOf;
    if (!this.parameters.some(({ array }) => isShared(bufferOf(array)))) return;
    this.#territory = new Territory(addressOf);
    for (const { array, dtype, paramPath } of this.parameters)
      this.#claim(array, dtype, `${this.words.params}${paramPath}`);
  }

  /** Throws unless every parameter still has the memory that was registered. */
  checkPresent(): void {
    for (const { array, length, paramPath } of this.parameters) {
      if (lengthOf(array) !== length) throw detached(`${this.words.params}${paramPath}`);
    }
  }

  /** Throws unless a gradient that was not seen before fits its parameter. Runs no code of the user's. */
  checkGradient(gradient: FloatArray, parameter: Parameter): void {
    if (isLike(gradient, parameter, this.#territory)) return;
    // Only for what is wrong is it worth its time to say what it is.
    this.#checkLike(gradient, parameter, this.#territory, `${this.words.grads}${parameter.path}`);
  }

  /**
   * Throws unless all parameters can be updated in these arrays from now on. Runs no code of the user's.
   *
   * @param sources where they are read at their next step, if not there: only read, so they may share memory
   * @returns whose memory is whose then
   */
  checkMove(arrays: readonly FloatArray[], sources: readonly (FloatArray | null)[]): Territory {
    const territory = new Territory(this.#addressOf);
    this.parameters.forEach((parameter, i) => {
      const shown = `${this.words.params}${parameter.paramPath}`;
      this.#checkLike(arrays[i]!, parameter, territory, shown);
      territory.claim(arrays[i]!, parameter.dtype, shown);
    });
    this.parameters.forEach((parameter, i) => {
      const source = sources[i] ?? null;
      if (source !== null) this.#checkLike(source, parameter, territory, `from${parameter.path}`);
    });
    return territory;
  }

  /** Takes over a move that was checked. */
  move(arrays: readonly FloatArray[], territory: Territory): void {
    this.#territory = territory;
    this.parameters.forEach((parameter, i) => {
      parameter.array = arrays[i]!;
    });
  }

  // Throws unless an array has the type and length of a parameter, and memory that stays and is nobody else's.
  #checkLike(given: FloatArray, like: Parameter, territory: Territory, shown: string): void {
    const { dtype, length, paramPath } = like;
    const kind = dtype === 'float32' ? 'Float32Array' : 'Float64Array';
    const model = `${this.words.params}${paramPath}`;
    const wanted = `${kind}(${length}) ${shown === model ? 'as before' : `like ${model}`}`;
    const got = dtypeOf(given);
    if (got === null || got !== dtype) {
      throw new ShapeError('ERR_LANESTEP_DTYPE', `Expected ${shown} to be ${wanted}, got ${describe(given)}`);
    }
    checkMemory(given, shown);
    if (lengthOf(given) !== length) {
      throw new ShapeError(
        'ERR_LANESTEP_LENGTH',
        `Expected ${shown} to be ${wanted}, got ${describe(given)}`,
      );
    }
    const trespassed = territory.trespassed(given, dtype);
    if (trespassed !== null) {
      throw new ShapeError(
        'ERR_LANESTEP_ALIAS',
        `Expected ${shown} to have memory of its own, but it is, or overlaps, ${trespassed}; copy it with slice()`,
      );
    }
  }
}

// What `#checkLike` does not throw at.
function isLike(given: FloatArray, { dtype, length }: Parameter, territory: Territory): boolean {
  if (dtypeOf(given) !== dtype || lengthOf(given) !== length) return false;
  // To ask for it takes longer than all else.
  const buffer = bufferOf(given);
  return isLasting(given, buffer) && territory.trespassed(given, dtype, buffer) === null;
}

function gatherList(
  list: readonly (FloatArray | null | undefined)[],
  count: number,
  into: (FloatArray | null)[],
  at: number,
  shown: string,
): void {
  if (list.length !== count) checkCount(list.length, count, shown);
  for (let i = 0; i < count; i++) {
    const given = list[i] ?? null;
    // The same arrays again, mostly: to look takes less than to write.
    if (into[at + i] !== given) into[at + i] = given;
  }
  // A getter may have made it another list: what it cut off must not pass for what was left out.
  if (list.length !== count) checkCount(list.length, count, shown);
}

function checkCount(count: number, wanted: number, shown: string): void {
  if (count === wanted) return;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected ${shown} to be an array of ${wanted}, got one of ${count}`,
  );
}

/** Shapes as they were given, and how they are called. */
interface GivenShapes {
  readonly shapes: unknown;
  readonly shown: string;
}

/** What is given at the top for each of so many groups. */
function shapesOfGroups(given: unknown, count: number): unknown[] {
  if (given === undefined) return [];
  const list: unknown[] = Array.isArray(given) ? [...given] : [];
  if (Array.isArray(given) && list.length === count) return list;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected shapes to be a list of ${count}, one for each group, or to stand in the groups, got ${describe(given)}`,
  );
}

/** The shapes of a group, which are given in one of two places. */
function onceOf(beside: GivenShapes, top: GivenShapes): GivenShapes {
  if (top.shapes === undefined || top.shapes === null) return beside;
  if (beside.shapes === undefined) return top;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected the shapes of a group once, got ${beside.shown} and ${top.shown}; give null for one that has its own`,
  );
}

/** What is given for each of these parameters. */
function shapesIn(shapes: unknown, keys: readonly string[], named: boolean, shown: string): unknown[] {
  if (shapes === undefined) return [];
  if (!named) {
    const list: unknown[] = Array.isArray(shapes) ? [...shapes] : [];
    if (Array.isArray(shapes) && list.length === keys.length) return list;
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected ${shown} to be a list of ${keys.length} shapes, null for a vector, got ${describe(shapes)}`,
    );
  }
  if (!isRecord(shapes)) {
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected ${shown} to be a record of shapes with the keys of its parameters, got ${describe(shapes)}`,
    );
  }
  const read = readGiven(shapes);
  const known = new Set<PropertyKey>(keys);
  const unknown = Reflect.ownKeys(read).find(key => !known.has(key));
  if (unknown === undefined) return keys.map(key => read[key]);
  throw new ShapeError(
    'ERR_LANESTEP_NAME',
    `Expected ${shown} to have keys out of ${listed(keys)}, got ${show(unknown)}${didYouMean(unknown, keys)}`,
  );
}

/** Whether this is meant for a group: it has `params`. */
export function isGroup(value: unknown): value is ParamGroup {
  return isObject(value) && 'params' in value;
}

/** How a parameter is written after the name of its list or record. */
export const pathOf = (key: string, named: boolean): string =>
  !named ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

/** The arrays of a list, or a record, by their keys. */
export function entriesOf(given: unknown, shown: string): { named: boolean; entries: [string, unknown][] } {
  if (Array.isArray(given))
    return { named: false, entries: [...given].map((array, i) => [String(i), array]) };
  if (!isRecord(given)) {
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected ${shown} to be an array of Float32Array or Float64Array, or a record of named ones, got ${describe(given)}`,
    );
  }
  const read = readGiven(given);
  const symbol = Object.getOwnPropertySymbols(read)[0];
  if (symbol !== undefined) {
    throw new ShapeError(
      'ERR_LANESTEP_NAME',
      `Expected ${shown} to have text for names, got ${show(symbol)}`,
    );
  }
  return { named: true, entries: Object.entries(read) };
}

/** The parameters of an optimizer: read and checked once, and what gradients and other arrays must be like from then on. */
import { entriesOf, isGroup, pathOf } from './entries.js';
import { ShapeError, show } from './errors.js';
import { gatherGroup, gatherGroups, gatherList } from './gather.js';
import { isObject, readGiven } from './given.js';
import { type GivenShapes, onceOf, shapesIn, shapesOfGroups } from './given-shapes.js';
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
import type { Listed, Parameter, ParamGroup, Words } from './params.js';
import { readShape, vectorOf } from './shape.js';
import { type AddressOf, Territory } from './territory.js';
import type { Dtype, FloatArray } from './types.js';

const hint =
  'an array of Float32Array or Float64Array, a record of named ones, or a list of groups { params, ...options }';

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
    else if (this.#grouped) gatherGroups(this.groups, grads, shown, into);
    else gatherGroup(this.groups[0]!, grads, shown, into, 0);
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
  checkGradient(gradient: FloatArray, parameter: Parameter, shown = this.words.grads): void {
    if (isLike(gradient, parameter, this.#territory)) return;
    // Only for what is wrong is it worth its time to say what it is.
    this.#checkLike(gradient, parameter, this.#territory, `${shown}${parameter.path}`);
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

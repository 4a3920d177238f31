/** How the option `shapes` is read: in the shape of the parameters, or beside the `params` of a group. */
import { didYouMean } from './did-you-mean.js';
import { listed, ShapeError, show } from './errors.js';
import { isRecord, readGiven } from './given.js';
import { describe } from './memory.js';

/** Shapes as they were given, and how they are called. */
export interface GivenShapes {
  readonly shapes: unknown;
  readonly shown: string;
}

/** What is given at the top for each of so many groups. */
export function shapesOfGroups(given: unknown, count: number): unknown[] {
  if (given === undefined) return [];
  const list: unknown[] = Array.isArray(given) ? [...given] : [];
  if (Array.isArray(given) && list.length === count) return list;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected shapes to be a list of ${count}, one for each group, or to stand in the groups, got ${describe(given)}`,
  );
}

/** The shapes of a group, which are given in one of two places. */
export function onceOf(beside: GivenShapes, top: GivenShapes): GivenShapes {
  if (top.shapes === undefined || top.shapes === null) return beside;
  if (beside.shapes === undefined) return top;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected the shapes of a group once, got ${beside.shown} and ${top.shown}; give null for one that has its own`,
  );
}

/** What is given for each of these parameters. */
export function shapesIn(shapes: unknown, keys: readonly string[], named: boolean, shown: string): unknown[] {
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

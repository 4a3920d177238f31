/** How gradients, or other arrays in the shape of the parameters, are collected. What it reads may run the user's getters. */
import { didYouMean } from './did-you-mean.js';
import { listed, ShapeError, show } from './errors.js';
import { isObject, isRecord, keysOf } from './given.js';
import { describe } from './memory.js';
import type { Listed } from './params.js';
import type { FloatArray } from './types.js';

/** Those of all groups. */
export function gatherGroups(
  groups: readonly Listed[],
  grads: unknown,
  shown: string,
  into: (FloatArray | null)[],
): void {
  if (!Array.isArray(grads) || grads.length !== groups.length) {
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected ${shown} to be a list of ${groups.length} groups like params, got ${describe(grads)}${hintFor(grads, shown)}`,
    );
  }
  let at = 0;
  for (let i = 0; i < groups.length; i++) {
    const { length } = groups[i]!.parameters;
    const given: unknown = grads[i];
    if (given === null) into.fill(null, at, at + length);
    else gatherGroup(groups[i]!, given, `${shown}[${i}]`, into, at);
    at += length;
  }
}

/** Those of one group, from this place on. */
export function gatherGroup(
  group: Listed,
  grads: unknown,
  shown: string,
  into: (FloatArray | null)[],
  at: number,
): void {
  const { parameters, named, shadows } = group;
  if (named ? !isObject(grads) : !Array.isArray(grads)) refuseShape(group, grads, shown);
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
  if (found === 0 && !isRecord(record)) refuseShape(group, record, shown);
  refuseUnknown(group, record, shown);
}

function refuseShape({ named, parameters }: Listed, grads: unknown, shown: string): never {
  const expected = named ? 'a record with the keys of its parameters' : `an array of ${parameters.length}`;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected ${shown} to be ${expected}, got ${describe(grads)}${hintFor(grads, shown)}`,
  );
}

function hintFor(grads: unknown, shown: string): string {
  if (!(grads instanceof Promise)) return '';
  return shown.startsWith('grads') ? '; await it, or give an async closure to stepAsync' : '; await it';
}

function refuseUnknown(group: Listed, grads: object, shown: string): void {
  const names = group.parameters.map(({ name }) => name);
  const known = new Set<PropertyKey>(names);
  const unknown = keysOf(grads).find(key => !known.has(key));
  if (unknown === undefined) return;
  throw new ShapeError(
    'ERR_LANESTEP_NAME',
    `Expected ${shown} to have keys out of ${listed(names)}, got ${show(unknown)}${didYouMean(unknown, names)}`,
  );
}

/** Those of a list of so many. */
export function gatherList(
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

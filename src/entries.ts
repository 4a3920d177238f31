/** How a list or a record of arrays is read, and what its entries are called. */
import { ShapeError, show } from './errors.js';
import { isObject, isRecord, readGiven } from './given.js';
import { describe } from './memory.js';
import type { ParamGroup } from './params.js';

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

/** JSON that says one thing: no key twice, and numbers that come back as they were. */
import { OptionError } from '../errors.js';
import { isPlain } from '../given.js';
import { describe } from '../memory.js';

/** How many keys a parsed value has, in all its depths. */
function keysOf(value: unknown): number {
  let keys = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inner = Object.values(next);
    if (!Array.isArray(next)) keys += inner.length;
    for (const one of inner) open.push(one);
  }
  return keys;
}

/** How many keys a JSON text has: one for each colon that stands in no string. */
function colonsOf(text: string): number {
  let colons = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted && c === 92) i++;
    else if (c === 34) quoted = !quoted;
    else if (c === 58 && !quoted) colons++;
  }
  return colons;
}

/** Parses JSON; throws a SyntaxError where a key stands twice, of which one would be lost. */
export function parse(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (keysOf(value) !== colonsOf(text)) throw new SyntaxError('a key stands twice');
  return value;
}

/** Writes JSON of finite numbers, minus zero among them. Everyone else's writer makes a zero of that. */
export function write(value: unknown): string {
  if (Object.is(value, -0)) return '-0.0';
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${write(field)}`);
    return `{${fields.join()}}`;
  }
  return JSON.stringify(value);
}

// Deeper than anything that is written by hand, and far from the end of any stack.
const deepest = 200;

/**
 * Writes what a user gave, which must come back as it was.
 *
 * @param shown how it is named in a message
 * @throws OptionError where it holds what JSON does not: undefined in a list, NaN, a Date, an array of numbers
 */
export function writePlain(value: unknown, shown: string, depth = 0): string {
  if (depth > deepest)
    throw new OptionError(`Expected no more than ${deepest} levels of ${shown.split(/[.[]/, 1)[0]}`);
  if (Array.isArray(value))
    return `[${Array.from(value, (one, i) => writePlain(one, `${shown}[${i}]`, depth + 1)).join()}]`;
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    // As everywhere, undefined is what was not given.
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${writePlain(field, `${shown}.${key}`, depth + 1)}`).join()}}`;
  }
  const known =
    value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!known)
    throw new OptionError(
      `Expected ${shown} to be JSON (null, true or false, a finite number, a string, a list or a plain object), got ${describe(value)}`,
    );
  return write(value);
}

import { StateError, show } from '../errors.js';
import { describe } from '../memory.js';

/** Refuses a state. */
export function refuse(message: string): never {
  throw new StateError('ERR_LANESTEP_STATE', message);
}

/** A step count: a whole number that has a next one. */
export function whole(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || value === Number.MAX_SAFE_INTEGER)
    refuse(`Expected ${name} to be a whole number >= 0, got ${show(value)}`);
  return value as number;
}

/** An object of named things, and no list or array. */
export function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    refuse(`Expected ${name} to be an object, got ${describe(value)}`);
  }
  return value as Record<string, unknown>;
}

/** Names in a message, which may be many. */
export function listedNames(names: readonly string[]): string {
  const text = names.slice(0, 100).join(', ');
  return text.length > 200 || names.length > 100 ? `${text.slice(0, 197)}...` : text;
}

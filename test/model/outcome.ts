/** What a call must come to: nothing thrown, a code, or the very error that the user's own code threw. */
import { LanestepError } from '../../src/errors.js';

/** What the user's own code throws. */
export class Mine extends Error {}

/** `null` for a call that succeeds; `mine`; or codes without their prefix, any one of which will do. */
export type Outcome = null | 'mine' | string | readonly string[];

/** Calls of the API so far, those that were refused and those that only looked among them. */
export const calls = { made: 0 };

/** How often a call came to each outcome, so that what was never tried can be seen. */
export const tally = new Map<string, number>();

const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);

function judged(name: string, expected: Outcome, threw: boolean, error: unknown): void {
  calls.made++;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (expected === null) {
    if (threw) throw new Error(`${name} must succeed, but threw ${said}`, { cause: error });
    count(`${name}: fine`);
    return;
  }
  const wanted = typeof expected === 'string' ? [expected] : expected;
  if (!threw) throw new Error(`${name} must be refused with ${wanted.join(' or ')}, but was not`);
  const is = (code: string) =>
    code === 'mine'
      ? error instanceof Mine
      : error instanceof LanestepError && error.code === `ERR_LANESTEP_${code}`;
  const found = wanted.find(is);
  if (found !== undefined) count(`${name}: ${found}`);
  else
    throw new Error(`${name} must be refused with ${wanted.join(' or ')}, but threw ${said}`, {
      cause: error,
    });
}

/** Calls, and throws unless the outcome is the expected one. Gives what the call gave. */
export function must<T>(name: string, expected: Outcome, call: () => T): T | undefined {
  let [threw, error, value]: [boolean, unknown, T | undefined] = [false, undefined, undefined];
  try {
    value = call();
  } catch (caught) {
    [threw, error] = [true, caught];
  }
  judged(name, expected, threw, error);
  return value;
}

/** The same of a call that gives a promise, whose refusals must all be rejections. */
export async function mustSettle(name: string, expected: Outcome, promise: Promise<unknown>): Promise<void> {
  let [threw, error]: [boolean, unknown] = [false, undefined];
  try {
    await promise;
  } catch (caught) {
    [threw, error] = [true, caught];
  }
  judged(name, expected, threw, error);
}

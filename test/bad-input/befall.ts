/** Lets a case befall a scene, and looks at all that must come of it, and at all that must not. */
import { expect } from 'vitest';
import * as lanestep from '../../src/index.js';
import { bufferOf, lengthOf, offsetOf } from '../../src/memory.js';
import type { FloatArray } from '../walk.js';
import { type Case, classOf, mine, type Outcome, type Scene } from './case.js';

/** All bits of an array; nothing of one whose memory is gone. */
function bits(array: FloatArray): string {
  const length = lengthOf(array);
  if (length === 0) return '';
  // A buffer may have been given a false prototype, which a typed array does not care for.
  const bytes = new Uint8Array(bufferOf(array), offsetOf(array), length * array.BYTES_PER_ELEMENT);
  return Buffer.from(bytes).toString('hex');
}

/** What is told, so that two of it are the same text only where all of it is the same. */
function written(told: unknown): string {
  if (typeof told === 'number') return Object.is(told, -0) ? '-0' : String(told);
  if (typeof told !== 'object' || told === null)
    return typeof told === 'function' ? 'function' : String(told);
  if (ArrayBuffer.isView(told)) return `${told.constructor.name} ${bits(told as FloatArray)}`;
  if (Array.isArray(told)) return `[${told.map(written).join()}]`;
  return `{${Object.entries(told)
    .map(([key, value]) => `${key}: ${written(value)}`)
    .join()}}`;
}

/** A scene as it is now: the bits of its arrays, and all that it tells. */
function look({ arrays, tell }: Scene, without: readonly string[] = []): string {
  const shown = Object.entries(arrays)
    .filter(([name]) => !without.includes(name))
    .map(([name, array]) => `${name}: ${bits(array)}`);
  return `${shown.join('\n')}\n${written(tell())}`;
}

// The messages are worth the time of `expect` only where something is wrong.
function same(actual: string, expected: string, when: string): void {
  if (actual !== expected) expect(actual, when).toBe(expected);
}

function isRefusal(
  error: unknown,
  outcome: Outcome,
  says: readonly string[],
  { errors = lanestep }: Scene,
): void {
  if (outcome === 'mine') {
    if (error !== mine) expect(error, "expected the user's own error").toBe(mine);
    return;
  }
  if (outcome === 'TypeError') expect(error).toBeInstanceOf(TypeError);
  else {
    const name = classOf[outcome];
    const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
    const seen = `${(error as Error | null)?.name} ${code}: ${message}`;
    if (!(error instanceof errors[name] && error instanceof errors.LanestepError) || error.name !== name)
      expect.fail(`expected ${name} ${outcome}, got ${seen}`);
    if (code !== `ERR_LANESTEP_${outcome}`) expect.fail(`expected ${outcome}, got ${seen}`);
  }
  const { message } = error as Error;
  for (const part of says) if (!message.includes(part)) expect(message).toContain(part);
}

async function caught(attempt: () => unknown): Promise<unknown> {
  // There are tens of thousands, and nobody reads where they came from.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await attempt();
  } catch (error) {
    return error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return undefined;
}

/** Two scenes that are the same, and what they look like. */
export interface Pair<S extends Scene> {
  readonly scene: S;
  readonly twin: S;
  readonly now: string;
}

/** Two new scenes. */
export async function pairOf<S extends Scene>(begin: () => S | Promise<S>): Promise<Pair<S>> {
  const [scene, twin] = [await begin(), await begin()];
  const now = look(scene);
  same(now, look(twin), 'before');
  return { scene, twin, now };
}

/** The attempt is refused as it should be, changes nothing, and the next step comes out as that of the twin. */
export async function befall<S extends Scene>(
  { scene, twin, now }: Pair<S>,
  { attempt, outcome, says, loses = [], within }: Case<S>,
): Promise<Pair<S>> {
  const copies = new Map(Object.entries(scene.arrays).map(([name, array]) => [name, array.slice()]));
  const act = attempt(scene);
  // What the attempt hands over may have joined the scene, to be looked after like the rest.
  const joined = Object.keys(scene.arrays).filter(name => !copies.has(name));
  const lengths = new Map(joined.map(name => [name, lengthOf(scene.arrays[name]!)]));
  for (const [name, copy] of copies) lengths.set(name, copy.length);
  const before = joined.length + loses.length === 0 ? now : look(scene, loses);
  const error = await caught(act);
  isRefusal(error, outcome, says, scene);
  if (!within) same(look(scene, loses), before, 'unchanged by the attempt');

  const lost = Object.keys(scene.arrays).filter(name => lengthOf(scene.arrays[name]!) !== lengths.get(name));
  same(lost.join(), loses.join(), 'the arrays that the attempt was to take away');
  for (const name of lost) if (copies.has(name)) scene.restore?.(name, copies.get(name)!);
  if (!within) await scene.goOn();
  await twin.goOn();
  for (const name of joined) delete scene.arrays[name];
  const after = look(scene, loses);
  same(after, look(twin, loses), 'after a good step');
  if (after === now) expect(after, 'a good step changes something').not.toBe(now);
  return { scene, twin, now: after };
}

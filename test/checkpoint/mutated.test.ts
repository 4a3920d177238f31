// Checkpoints that somebody has tampered with are refused by an error of ours, and change nothing; or they are in order,
// and are loaded. LANESTEP_MUTATIONS and LANESTEP_SEED say how many and which (scripts/mutated.sh).
import { createHash } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  CheckpointError,
  NAdam,
  OptionError,
  Random,
  Rprop,
  SGD,
  StateError,
} from '../../src/index.js';
import { nativeMissing } from '../backends.js';
import type { Loose } from '../every-optimizer.js';
import { extremes, mutated, type Parts, partsOf } from './mutated.js';

const count = Number(process.env.LANESTEP_MUTATIONS ?? 2000);
const seed = Number(process.env.LANESTEP_SEED ?? 1);

type FloatArray = Float32Array | Float64Array;

interface Subject {
  readonly name: string;
  readonly optimizer: Loose;
  readonly arrays: readonly FloatArray[];
  readonly whole: Uint8Array;
  readonly parts: Parts;
  readonly digest: string;
}

/** All that can be told from outside: parameters, state, options and steps. */
function digestOf(optimizer: Loose, arrays: readonly FloatArray[]): string {
  const { groups, steps } = optimizer;
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(array);
  const text = JSON.stringify([optimizer.stateDict(), groups, steps, optimizer.numbers], (_, value) =>
    ArrayBuffer.isView(value)
      ? [...(value as Float32Array)].map(x => (Object.is(x, -0) ? '-0' : String(x)))
      : value,
  );
  return hash.update(text).digest('hex');
}

type Class = new (params: unknown, options: object) => Loose;

const subjects: Subject[] = (
  [
    [Adam, [[6, 3]], { amsgrad: true }],
    [NAdam, [[2], [3, 1]], { lr: (t: number) => 1 / t }],
    [SGD, [[5]], { momentum: 0.9, lr: 0.125 }],
    [Rprop, [[2, 2]], {}],
    [AdamW, [[0, 4]], { betas: [(t: number) => 1 - 1 / (t + 1), 0.5] }],
  ] as unknown as [Class, number[][], object][]
).map(([Class, lengths, options], k) => {
  const backend = nativeMissing === null && k % 2 === 0 ? 'native' : 'wasm';
  const names = ['__proto__', 'w', 'constructor', 'state.w.step'];
  const arrays: FloatArray[] = [];
  const groups = lengths.map(group => {
    const params: [string, FloatArray][] = group.map((length, i) => {
      const array = i % 2 === 0 ? new Float32Array(length) : new Float64Array(length);
      arrays.push(array.fill(0.75));
      return [names[(arrays.length + k) % 3]!, array];
    });
    return { params: Object.fromEntries(params) };
  });
  const optimizer: Loose = new Class(groups, { ...options, backend });
  for (let t = 1; t < 3; t++)
    optimizer.step(
      groups.map(({ params }) =>
        Object.fromEntries(Object.entries(params).map(([name, array]) => [name, array.slice().fill(t)])),
      ),
    );
  const whole = optimizer.serialize();
  return {
    name: Class.name,
    optimizer,
    arrays,
    whole,
    parts: partsOf(whole),
    digest: digestOf(optimizer, arrays),
  };
});

const prototypes = [Object.prototype, Array.prototype, Function.prototype, Map.prototype];
const ownKeys = (): string => prototypes.map(one => Reflect.ownKeys(one).map(String).join()).join('; ');
const unpolluted = ownKeys();

/** Gives an optimizer bytes; throws where it does anything but to take them over or to refuse them. Tells which. */
function offer(
  { name, optimizer, arrays, whole, digest }: Subject,
  bytes: Uint8Array,
  what: string,
): boolean {
  const say = `${name}, ${what}`;
  const before = getHeapStatistics();
  const start = process.cpuUsage();
  let refusal: unknown = null;
  try {
    optimizer.deserialize(bytes);
  } catch (error) {
    refusal = error;
  }
  const { user, system } = process.cpuUsage(start);
  const after = getHeapStatistics();
  if (user + system > 1e6 + bytes.length / 4)
    throw new Error(`${say}: took ${user + system} µs of the processor`);
  // A header as bytes and as text, which is put together once more for its seal; and as objects, which are larger.
  const buffers = after.external_memory - before.external_memory;
  if (buffers > 1e7 + bytes.length * 8) throw new Error(`${say}: ${buffers} bytes of buffers`);
  const heap = after.used_heap_size - before.used_heap_size;
  if (heap > 1e7 + bytes.length * 100) throw new Error(`${say}: ${heap} bytes of heap`);
  if (ownKeys() !== unpolluted) throw new Error(`${say}: polluted a prototype`);
  if (refusal === null) {
    optimizer.deserialize(optimizer.serialize());
    optimizer.deserialize(whole);
  } else {
    const ours = [CheckpointError, StateError, OptionError].some(kind => refusal instanceof kind);
    if (!ours) throw new Error(`${say}: ${refusal}`, { cause: refusal });
    const { message } = refusal as Error;
    if (message.length > 1000) throw new Error(`${say}: a message of ${message.length} letters`);
  }
  if (digestOf(optimizer, arrays) !== digest)
    throw new Error(`${say}: left something behind after ${refusal === null ? 'a load' : refusal}`);
  return refusal === null;
}

it('takes over what was saved', () => {
  for (const subject of subjects) {
    expect(offer(subject, subject.whole, 'as it was')).toBe(true);
  }
});

it('refuses what goes to extremes', () => {
  for (const subject of subjects.slice(0, count > 2000 ? undefined : 1)) {
    for (const [what, bytes] of extremes(subject.parts)) offer(subject, bytes, what);
  }
});

it(`takes over or refuses ${count} checkpoints that were tampered with (seed ${seed})`, () => {
  const random = new Random(seed);
  let accepted = 0;
  for (let k = 0; k < count; k++) {
    const subject = subjects[k % subjects.length]!;
    const bytes = mutated(random, subject.parts);
    if (offer(subject, bytes, `mutation ${k} of seed ${seed}`)) accepted++;
  }
  console.log(`${count} mutations of seed ${seed}: ${accepted} in order, the others refused`);
  // If none were in order, or most, nothing of what a header says would have been looked at.
  expect(accepted / count).toBeGreaterThan(0.005);
  expect(accepted / count).toBeLessThan(0.5);
}, 3_600_000);

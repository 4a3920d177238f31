// Runs every kernel on everything that there is here, and compares the results with the reference, with float64, and with
// each other.
import { createHash } from 'node:crypto';
import { jobOf } from '../../reference/job-of.js';
import { type Job, type Outcome, runOnReference } from '../../reference/jobs.js';
import { sequences } from '../../reference/sequences.js';
import type { ReferenceTensor } from '../../reference/update.js';
import { variants } from '../../reference/variants.js';
import type { Dtype, FloatArray } from '../../types.js';
import type { Subject } from './subjects.js';
import { farthest, inFloat64 } from './ulps.js';

/**
 * So many ulps from the same steps in float64 count as wrong. It is generous: three steps of the reference stay below
 * four, and the bits are the real test; this one would show that the reference itself is off.
 */
export const ulpBound = 16;

/** A wrong result. */
export interface Failure {
  readonly subject: string;
  readonly kernel: string;
  readonly dtype: Dtype;
  /** `p[17] of 33 is 0.5, the reference has 0.25`, or what was thrown. */
  readonly what: string;
}

/** The outcome. */
export interface SelfTest {
  readonly subjects: readonly string[];
  /** By kernel and subject: the largest distance from float64, in ulps of float32; null where something is wrong. */
  readonly kernels: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /** The first wrong result of each kernel and subject. */
  readonly failures: readonly Failure[];
  /** By subject: a digest of all results, the same on every machine. */
  readonly digests: Readonly<Record<string, string>>;
  readonly agree: boolean;
  readonly ulpBound: number;
}

// Tails of every width of a vector, and more than one chunk.
const ordinary = {
  lengths: [0, 1, 3, 5, 8, 17, 33, 100, 257, 1025],
  steps: 3,
  numbers: 'near one',
} as const;
// Long enough that two threads share it (native/plan.cc, `claimLength`): once for each rule, in turn in either type.
const long = { lengths: [32_771], steps: 1, numbers: 'ordinary' } as const;
// Infinities, NaN and denormals, on lengths around a vector's.
const odd = { lengths: [1, 2, 7, 15, 31, 65, 127, 300], steps: 2, numbers: 'every kind' } as const;

/** The first number that differs. */
function difference(wanted: readonly Outcome[], got: readonly Outcome[]): string | null {
  const among = (name: string, a: FloatArray, b: FloatArray): string | null => {
    for (let i = 0; i < a.length; i++) {
      if (!Object.is(a[i], b[i])) return `${name}[${i}] of ${a.length} is ${b[i]}, the reference has ${a[i]}`;
    }
    return null;
  };
  for (const [i, tensor] of wanted.entries()) {
    const found =
      among('p', tensor.p, got[i]!.p) ??
      among('the gradient', tensor.g, got[i]!.g) ??
      tensor.slots.reduce<string | null>(
        (seen, slot, k) => seen ?? (slot && among(`slot ${k}`, slot, got[i]!.slots[k]!)),
        null,
      ) ??
      among('the sums', tensor.sums, got[i]!.sums);
    if (found !== null) return found;
  }
  return null;
}

/** A digest of results. A NaN equals a NaN, whatever its bits. */
function digestOf(tensors: readonly Outcome[]): Buffer {
  const hash = createHash('sha256');
  for (const { p, slots, sums } of tensors) {
    for (const array of [p, ...slots, sums]) {
      if (array === null) continue;
      const copy = array.slice();
      for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) copy[i] = Number.NaN;
      hash.update(new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength));
    }
  }
  return hash.digest();
}

interface Judged {
  readonly what: string | null;
  readonly ulps: number;
  readonly digest: Buffer;
}

/** What the results must be. */
interface Wanted {
  readonly outcomes: readonly Outcome[];
  readonly digest: Buffer;
  readonly exact: readonly ReferenceTensor[] | null;
}

function judge({ run }: Subject, job: Job, { outcomes, digest, exact }: Wanted): Judged {
  let results: Outcome[];
  try {
    results = run(job);
  } catch (error) {
    return { what: `it throws: ${(error as Error).message}`, ulps: 0, digest: digestOf([]) };
  }
  const what = difference(outcomes, results);
  if (what !== null) return { what, ulps: 0, digest: digestOf(results) };
  if (exact === null) return { what, ulps: 0, digest };
  const { ulps, tensor, index } = farthest(results, exact, job);
  const far = `p[${index}] of ${exact[tensor]!.p.length} is ${ulps} ulps from float64, more than ${ulpBound}`;
  return { what: ulps > ulpBound ? far : null, ulps, digest };
}

/** Tests the subjects, every one with the same numbers. */
export function selfTest(subjects: readonly Subject[]): SelfTest {
  const kernels: Record<string, Record<string, number | null>> = {};
  const failures: Failure[] = [];
  const hashes = subjects.map(() => createHash('sha256'));
  const rules = new Set<string>();
  for (const variant of subjects.length === 0 ? [] : [...variants, ...sequences]) {
    const { kernel } = variant;
    // The flags of a rule's kernels stand behind its name.
    const rule = kernel.split('.')[0]!;
    const first = !rules.has(rule);
    rules.add(rule);
    const longIn = rules.size % 2 === 1 ? 'float32' : 'float64';
    kernels[kernel] ??= {};
    const row = kernels[kernel];
    for (const dtype of ['float32', 'float64'] as const) {
      for (const extent of first && dtype === longIn ? [ordinary, odd, long] : [ordinary, odd]) {
        const job = jobOf(variant, dtype, extent);
        const outcomes = runOnReference(job);
        const exact = dtype === 'float32' && extent === ordinary ? inFloat64(job) : null;
        const wanted = { outcomes, digest: digestOf(outcomes), exact };
        subjects.forEach((subject, i) => {
          const { what, ulps, digest } = judge(subject, job, wanted);
          hashes[i]!.update(digest);
          const seen = row[subject.title];
          if (what !== null && seen !== null) failures.push({ subject: subject.title, kernel, dtype, what });
          row[subject.title] = what !== null || seen === null ? null : Math.max(seen ?? 0, ulps);
        });
      }
    }
  }
  const digests = Object.fromEntries(
    subjects.map(({ title }, i) => [title, hashes[i]!.digest('hex').slice(0, 16)]),
  );
  return {
    subjects: subjects.map(({ title }) => title),
    kernels,
    failures,
    digests,
    agree: new Set(Object.values(digests)).size <= 1,
    ulpBound,
  };
}

/** Steps on another thread, with calls while they are under way. */
import fc from 'fast-check';
import { commandTo } from '../command.js';
import { faults } from '../faults.js';
import { must, mustSettle, type Outcome } from '../outcome.js';
import type { Any, Subject } from '../subject.js';
import { gc } from '../world.js';
import { arrived, closure, type Draft, draft, stepOutcome, stepTwin } from './step.js';

const isShared = ({ buffer }: { readonly buffer: ArrayBufferLike }): boolean =>
  buffer instanceof SharedArrayBuffer;

/** The same as of a step, but that memory which could be taken away is refused. */
function outcomeApart(subject: Subject, made: Draft): Outcome {
  const { params, sources, looksAhead } = subject;
  const outcome = stepOutcome(subject, made);
  const canBeTaken = (which: (i: number) => boolean) =>
    [...params.entries(), ...sources.entries()].some(
      ([i, one]) => which(i) && one !== null && !isShared(one.array),
    );
  if (looksAhead) {
    const early =
      subject.disposed ||
      subject.optionsOutcome !== null ||
      [...params, ...sources].some((one, i) => subject.isLost(one, i % params.length));
    // The way to the point ahead comes first, and has all parameters to go over.
    if (!early && canBeTaken(() => true)) return 'PINNED';
  }
  if (outcome !== null) return outcome;
  const gradients = made.held.some(one => one !== null && !isShared(one.array));
  return gradients || canBeTaken(i => made.held[i] !== null) ? 'PINNED' : null;
}

/** What nobody may do to an optimizer that is under way. */
const refusals: readonly ((optimizer: Any) => unknown)[] = [
  optimizer => optimizer.step([]),
  optimizer => optimizer.stateDict(),
  optimizer => optimizer.loadStateDict({}),
  optimizer => optimizer.set({ lr: 1 }),
  optimizer => optimizer.rebind([]),
  optimizer => optimizer.serialize(),
  optimizer => optimizer.deserialize(new Uint8Array(8)),
  optimizer => optimizer.dispose(),
];

/** Calls that come while an optimizer is under way. */
export async function meanwhile(subject: Subject, seed: number): Promise<void> {
  const { optimizer } = subject;
  const call = refusals[seed % refusals.length]!;
  must('a call meanwhile', 'BUSY', () => call(optimizer));
  await mustSettle('stepAsync meanwhile', 'BUSY', optimizer.stepAsync([]));
}

async function stepApart(subject: Subject, made: Draft, seed: number): Promise<void> {
  const { optimizer, looksAhead } = subject;
  const outcome = outcomeApart(subject, made);
  const begins = outcome === null;
  const ahead = begins ? stepTwin(subject, made) : [];
  const gradients = closure(subject, made.passed, ahead);
  const promise: Promise<void> = optimizer.stepAsync(
    looksAhead ? () => (seed % 2 === 0 ? gradients() : Promise.resolve().then(gradients)) : made.passed,
  );
  // What it comes to is looked at in the end.
  promise.catch(() => {});
  // It is under way, or it has failed and nobody has heard of that yet.
  if (begins) must('a call meanwhile', 'BUSY', () => refusals[seed % refusals.length]!(optimizer));
  if (seed % 4 === 0) gc(seed >> 2);
  await mustSettle(`stepAsync with ${made.fault ?? 'fine gradients'}`, outcome, promise);
  if (begins) arrived(subject, made);
}

export const stepsApart = commandTo('stepAsync', fc.boolean(), (subject, shared, random) =>
  stepApart(subject, draft(subject, null, shared ? 'shared' : 'own', random), random.below(2 ** 20)),
);

export const stepsApartWrongly = commandTo(
  'stepAsyncWrongly',
  fc.constantFrom(...faults.filter(fault => fault !== 'getter calls back')),
  (subject, fault, random) =>
    stepApart(subject, draft(subject, fault, 'shared', random), random.below(2 ** 20)),
);

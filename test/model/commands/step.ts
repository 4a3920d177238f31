/** Steps with gradients of every kind, and what must come of them. */
import fc from 'fast-check';
import { differing } from '../../random/difference.js';
import type { Generator } from '../../random/generator.js';
import { fill, kinds } from '../../random/values.js';
import { commandTo } from '../command.js';
import {
  codeOf,
  type Fault,
  faults,
  faultyArray,
  faultyShape,
  isArrayFault,
  isShapeFault,
  trapLate,
} from '../faults.js';
import { type Held, held, type MemoryKind, memoryKinds } from '../memory.js';
import { Mine, must, type Outcome } from '../outcome.js';
import type { Any, ScheduleFault, Subject } from '../subject.js';

/** Gradients of a step, and all that is wrong with them. */
export interface Draft {
  /** By tensor; null for one that sits out. */
  readonly held: readonly (Held | null)[];
  /** As they are passed. */
  readonly passed: Any;
  readonly fault: Fault | null;
  /** Which tensor's gradient has the fault. */
  readonly target: number;
}

const nothing = null;

/** Fine gradients, in new arrays or, if they are still there, in those of the step before. */
export function fineGradients(subject: Subject, kind: MemoryKind, random: Generator): (Held | null)[] {
  const all = random.chance(0.6);
  const again = random.chance(0.5);
  return subject.twin.tensors.map(({ p }, i) => {
    if (!all && random.chance(0.4)) return nothing;
    const before = subject.gradients[i] ?? null;
    const one = again && before !== null && !before.memory.lost ? before : held([p], kind, random)[0]!;
    fill(one.array, random.weighted(kinds), random);
    return one;
  });
}

/** Gradients with a fault, or fine ones where the fault cannot be had. */
export function draft(subject: Subject, fault: Fault | null, kind: MemoryKind, random: Generator): Draft {
  const gradients = fineGradients(subject, kind, random);
  const { tensors } = subject.twin;
  const shaped = (values: readonly (Held | null)[]) => subject.shaped(values.map(one => one?.array ?? null));
  const fine = { held: gradients, passed: shaped(gradients), fault: null, target: -1 };
  const targets = [...tensors.keys()].filter(i => tensors[i]!.p.length > 0 && gradients[i] !== null);
  if (fault === null || targets.length === 0) return fine;
  const target = random.pick(targets);
  if (isArrayFault(fault)) {
    const wrong = faultyArray(fault, subject, target, gradients[target]!.array, random);
    if (wrong === null) return fine;
    const arrays = gradients.map((one, i) => (i === target ? wrong : (one?.array ?? null)));
    return { ...fine, passed: subject.shaped(arrays), fault, target };
  }
  if (isShapeFault(fault)) {
    const passed = faultyShape(fault, subject, fine.passed, target, random);
    return passed === undefined && fault === 'too few' ? fine : { ...fine, passed, fault, target };
  }
  return trapLate(subject, fine.passed, target) ? { ...fine, fault, target } : fine;
}

/** What must come of a step, as far as it can be told before it. */
export function stepOutcome(subject: Subject, { fault, target, held: gradients }: Draft): Outcome {
  const { twin, params, sources } = subject;
  if (subject.disposed) return 'DISPOSED';
  const lostParam = params.some((one, i) => subject.isLost(one, i));
  const lostSource = sources.some((one, i) => subject.isLost(one, i));
  if (subject.optionsOutcome !== null) return subject.optionsOutcome;
  // The way to the point ahead goes over all of them.
  if (subject.looksAhead && (lostParam || lostSource)) return 'DETACHED';
  if (isShapeFault(fault)) return codeOf(fault);
  if (lostSource) return 'DETACHED';
  for (const i of twin.tensors.keys()) {
    if (subject.isLost(params[i], i)) return 'DETACHED';
    if (isArrayFault(fault) && i === target) return codeOf(fault);
    // An array without elements is looked at when it is new, and then seen to be gone.
    if (gradients[i]?.memory.lost) return 'DETACHED';
  }
  return fault === null ? null : codeOf(fault);
}

/** Takes a step in the twin, and gives the parameters as they are at the point ahead. */
export function stepTwin(subject: Subject, { held: gradients }: Draft): readonly Any[] {
  const { twin } = subject;
  let ahead: readonly Any[] = [];
  twin.step(
    gradients.map(one => one?.array ?? null),
    () => {
      ahead = twin.tensors.map(({ p }) => p.slice());
    },
  );
  return ahead;
}

/** Takes note of a step that was taken. */
export function arrived(subject: Subject, { held: gradients }: Draft): void {
  subject.gradients = [...gradients];
  for (const [i, one] of gradients.entries()) {
    if (one !== null || subject.looksAhead) subject.sources[i] = null;
  }
}

/** A closure that looks whether the parameters are at the point ahead. */
export function closure(subject: Subject, passed: Any, ahead: readonly Any[]): () => Any {
  return () => {
    for (const [i, { array }] of subject.params.entries()) {
      const found = ahead[i] === undefined ? null : differing('the point ahead', array, ahead[i]);
      if (found !== null) throw new Error(found);
    }
    return passed;
  };
}

function step(subject: Subject, fault: Fault | null, random: Generator): void {
  const made = draft(subject, fault, random.weighted(memoryKinds), random);
  const outcome = stepOutcome(subject, made);
  const before = made.held.map(one => (one === null || one.memory.lost ? null : one.array.slice()));
  const ahead = outcome === null ? stepTwin(subject, made) : [];
  const { passed } = made;
  must(`step with ${made.fault ?? 'fine gradients'}`, outcome, () =>
    subject.optimizer.step(subject.looksAhead ? closure(subject, passed, ahead) : passed),
  );
  if (outcome === null) arrived(subject, made);
  for (const [i, one] of made.held.entries()) {
    if (one === null || one.memory.lost) continue;
    const found = differing('a gradient', one.array, before[i]!);
    if (found !== null) throw new Error(found);
  }
}

export const steps = commandTo('step', fc.constant(null), (subject, _, random) =>
  step(subject, null, random),
);

export const stepsWrongly = commandTo('stepWrongly', fc.constantFrom(...faults), (subject, fault, random) =>
  step(subject, fault, random),
);

const scheduleFaults: readonly ScheduleFault[] = ['throws', 'is out of range', 'calls back'];

export const stepsWithWrongSchedule = commandTo(
  'stepWithWrongSchedule',
  fc.constantFrom(...scheduleFaults),
  (subject, fault, random) => {
    subject.fault = fault;
    step(subject, null, random);
    subject.fault = null;
  },
);

export const closureThrows = commandTo(
  'closureThrows',
  fc.constantFrom('throws', 'calls back', 'disposes'),
  (subject, what) => {
    if (!subject.looksAhead) return;
    const inside = { throws: 'mine', 'calls back': 'BUSY', disposes: 'BUSY' }[what]!;
    const isThere = [subject.params, subject.sources].every(
      list => !list.some((one, i) => subject.isLost(one, i)),
    );
    must(
      `step with a closure that ${what}`,
      subject.disposed ? 'DISPOSED' : isThere ? inside : 'DETACHED',
      () =>
        subject.optimizer.step(() => {
          if (what === 'calls back') return subject.optimizer.stateDict();
          if (what === 'disposes') return subject.optimizer.dispose();
          throw new Mine();
        }),
    );
  },
);

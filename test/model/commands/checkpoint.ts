/** Checkpoints in memory and in files. */
import { join } from 'node:path';
import fc from 'fast-check';
import type { Generator } from '../../random/generator.js';
import { commandTo } from '../command.js';
import { load } from '../fit.js';
import { must, mustSettle, type Outcome } from '../outcome.js';
import type { Any, Subject } from '../subject.js';
import type { Checkpoint } from '../world.js';
import { folder } from '../world.js';
import { meanwhile } from './apart.js';

const isLost = (subject: Subject, which: (i: number) => Parameters<Subject['isLost']>[0]): boolean =>
  subject.twin.tensors.some((_, i) => subject.isLost(which(i), i));

function savingOutcome(subject: Subject, params: boolean): Outcome {
  if (subject.disposed) return 'DISPOSED';
  return params && isLost(subject, i => subject.at(i)) ? 'DETACHED' : null;
}

function known(subject: Subject, bytes: Uint8Array, params: boolean): Checkpoint {
  const { twin, optimizer, entry } = subject;
  const values = new Map(twin.tensors.map(({ name, p }) => [name, p.slice()]));
  return { bytes, rule: entry.rule.name, dict: optimizer.stateDict(), params: params ? values : null };
}

export const serializes = commandTo('serialize', fc.boolean(), (subject, params, _, world) => {
  const options = params ? undefined : { params };
  const bytes = must('serialize', savingOutcome(subject, params), () => subject.optimizer.serialize(options));
  if (bytes === undefined) return;
  subject.older = bytes as Uint8Array;
  world.keep(world.checkpoints, known(subject, subject.older, params));
});

/** Gives a checkpoint to the twin, if it fits, and tells what must come of it. */
function landing(subject: Subject, { rule, dict, params }: Checkpoint, wanted: boolean | undefined): Outcome {
  const { twin, entry } = subject;
  if (subject.disposed) return 'DISPOSED';
  if (rule !== entry.rule.name || (wanted === true && params === null)) return 'STATE';
  const values = wanted === false ? null : params;
  if (values !== null) {
    const alike = twin.tensors.every(({ name, p }) => {
      const given = values.get(name);
      return given !== undefined && given.constructor === p.constructor && given.length === p.length;
    });
    if (!alike || values.size !== twin.tensors.length) return 'STATE';
    if (isLost(subject, i => subject.params[i])) return ['DETACHED', 'STATE'];
  } else if (
    params !== null &&
    [...params.keys()].some(key => !twin.tensors.some(({ name }) => name === key))
  ) {
    return 'STATE';
  }
  if (!load(twin, dict)) return 'STATE';
  if (values === null) return null;
  for (const { name, p } of twin.tensors) p.set(values.get(name)!);
  subject.sources.fill(null);
  return null;
}

const wants = fc.constantFrom(undefined, true, false);

export const deserializes = commandTo(
  'deserialize',
  fc.tuple(fc.nat(2), wants),
  (subject, [which, params], _, world) => {
    const checkpoint = world.checkpoints[which % Math.max(1, world.checkpoints.length)];
    if (checkpoint === undefined) return;
    const outcome = landing(subject, checkpoint, params);
    must('deserialize', outcome, () =>
      subject.optimizer.deserialize(checkpoint.bytes, params === undefined ? {} : { params }),
    );
  },
);

export const restores = commandTo('restore', wants, (subject, params) => {
  const { optimizer } = subject;
  const outcome = savingOutcome(subject, true);
  const bytes = must('serialize', outcome, () => optimizer.serialize());
  if (bytes === undefined) return;
  const checkpoint = known(subject, bytes as Uint8Array, true);
  must('deserialize', landing(subject, checkpoint, params), () =>
    optimizer.deserialize(bytes, params === undefined ? {} : { params }),
  );
});

/** Bytes with something wrong about them. */
function damaged(bytes: Uint8Array, how: string, random: Generator): Uint8Array {
  const copy = bytes.slice();
  if (how === 'cut') return copy.subarray(0, random.below(copy.length));
  if (how === 'longer') return Uint8Array.from([...copy, 0]);
  if (how === 'garbage') return copy.map(() => random.word());
  copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}

export const deserializesWrongly = commandTo(
  'deserializeWrongly',
  fc.constantFrom('a bit', 'a bit', 'a bit', 'cut', 'longer', 'garbage'),
  (subject, how, random) => {
    const { optimizer } = subject;
    if (subject.disposed) return;
    // An older one, if there is one: numbers of it that were taken over all the same show.
    const whole: Uint8Array = subject.older ?? optimizer.serialize({ params: false });
    const bytes = damaged(whole, how, random);
    // A step count of other bits is looked at before all bytes were summed up, and then is none.
    const outcome = how === 'a bit' ? ['CHECKPOINT', 'STATE'] : 'CHECKPOINT';
    must(`deserialize with ${how}`, outcome, () => optimizer.deserialize(bytes));
  },
);

export const savesAndLoads = commandTo(
  'saveAndLoad',
  fc.tuple(fc.boolean(), wants),
  async (subject, [params, wanted], random) => {
    const { optimizer } = subject;
    const path = join(folder, 'model.safetensors');
    const saving = optimizer.save(path, { params });
    const outcome = savingOutcome(subject, params);
    if (outcome === null) await meanwhile(subject, random.below(2 ** 20));
    await mustSettle('save', outcome, saving);
    if (outcome !== null) return;
    // Not what is looked at: it may be changed by what comes next.
    const checkpoint = known(subject, new Uint8Array(0), params);
    const loading = optimizer.load(path, wanted === undefined ? undefined : ({ params: wanted } as Any));
    await meanwhile(subject, random.below(2 ** 20));
    await mustSettle('load', landing(subject, checkpoint, wanted), loading);
  },
);

export const loadsNothing = commandTo('loadNothing', fc.constant(null), async subject => {
  const outcome = subject.disposed ? 'DISPOSED' : 'FILE';
  await mustSettle('load', outcome, subject.optimizer.load(join(folder, 'nowhere')));
});

/** Moves to other arrays, and memory that is taken away. */
import fc from 'fast-check';
import type { FloatArray } from '../../../src/types.js';
import type { Generator } from '../../random/generator.js';
import { zeros } from '../../random/twin.js';
import { commandTo } from '../command.js';
import { type Held, held, memoryKinds, transfer } from '../memory.js';
import { Mine, must, type Outcome } from '../outcome.js';
import type { Any, Subject } from '../subject.js';

type How = 'stays' | 'carried' | 'read' | 'copied';

/** Where a tensor goes, and from where; null where it stays, or is read where it is. */
interface Way {
  readonly to: Held | null;
  readonly from: Held | null;
}

/** A way for a tensor. One whose memory is lost must be given other memory, with its numbers. */
function drawWay(subject: Subject, i: number, rescue: boolean, random: Generator): Way {
  const { p } = subject.twin.tensors[i]!;
  const at = subject.at(i);
  const lost = at.memory.lost || subject.params[i]!.memory.lost;
  const how: How =
    lost && rescue ? 'carried' : random.pick(['stays', 'stays', 'carried', 'read', 'copied'] as const);
  if (how === 'stays' || (lost && !rescue)) return { to: null, from: null };
  // One that can be stepped on another thread stays so, mostly.
  const kind = subject.kind === 'shared' && random.chance(0.9) ? 'shared' : random.weighted(memoryKinds);
  const [other] = held([p], kind, random);
  if (how === 'read') return { to: other!, from: at };
  other!.array.set(p);
  return how === 'carried'
    ? { to: other!, from: random.chance(0.5) ? other! : null }
    : { to: null, from: other! };
}

const moveFaults = {
  'other type': 'DTYPE',
  longer: 'LENGTH',
  'taken away': 'DETACHED',
  resizable: 'RESIZABLE',
  'the same for two': 'ALIAS',
  'source of another type': 'DTYPE',
  'source in its place': 'ALIAS',
  'no list': 'SHAPE',
  'getter throws': 'mine',
  'getter calls back': 'BUSY',
} as const;
type MoveFault = keyof typeof moveFaults;

/** Spoils a move; false where it cannot be spoilt so. */
function spoil(
  fault: MoveFault,
  subject: Subject,
  to: (FloatArray | null)[],
  from: Any[],
  i: number,
): boolean {
  const { p } = subject.twin.tensors[i]!;
  const wide = p.BYTES_PER_ELEMENT === 8;
  const like = (length: number, other = false) => zeros(wide !== other ? 'float64' : 'float32', length);
  switch (fault) {
    case 'other type':
      to[i] = like(p.length, true);
      return true;
    case 'longer':
      to[i] = like(p.length + 1);
      return true;
    case 'taken away':
      to[i] = like(p.length);
      transfer(to[i]!);
      return true;
    case 'resizable':
      to[i] = new (p.constructor as Any)(
        new (ArrayBuffer as Any)(p.byteLength, { maxByteLength: 4096 * 8 }),
        0,
        p.length,
      );
      return true;
    case 'the same for two': {
      const k = subject.twin.tensors.findIndex(
        (other, at) => at !== i && other.p.constructor === p.constructor && other.p.length === p.length,
      );
      if (k < 0) return false;
      to[i] = to[k] = like(p.length);
      return true;
    }
    case 'source of another type':
      to[i] = like(p.length);
      from[i] = like(p.length, true);
      return true;
    case 'source in its place': {
      const whole = like(p.length + 1);
      to[i] = whole.subarray(0, p.length);
      from[i] = whole.subarray(1);
      return p.length > 1;
    }
    default:
      return true;
  }
}

/** What must come of a move that has no fault, or one that shows when arrays are looked at. */
function moveOutcome(
  subject: Subject,
  ways: readonly Way[],
  fault: MoveFault | null,
  target: number,
): Outcome {
  if (subject.disposed) return 'DISPOSED';
  if (fault === 'no list' || fault === 'getter throws' || fault === 'getter calls back')
    return moveFaults[fault];
  const ofSource = fault === 'source of another type' || fault === 'source in its place';
  for (const [i, { to }] of ways.entries()) {
    if (fault !== null && !ofSource && fault !== 'the same for two' && i === target) return moveFaults[fault];
    const given = fault === null || i !== target ? to : null;
    if (given === null && i !== target && subject.params[i]!.memory.lost) return 'DETACHED';
    if (given === null && i === target && fault === null && subject.params[i]!.memory.lost) return 'DETACHED';
  }
  if (fault === 'the same for two') return ['ALIAS', 'DETACHED'];
  for (const [i, { to, from }] of ways.entries()) {
    if (ofSource && i === target) return moveFaults[fault];
    const waiting = to === null && from === null ? subject.sources[i] : from;
    if (waiting?.memory.lost) return 'DETACHED';
  }
  return null;
}

function move(subject: Subject, wanted: MoveFault | null, rescue: boolean, random: Generator): void {
  const { twin, optimizer } = subject;
  const ways = twin.tensors.map((_, i) => drawWay(subject, i, rescue, random));
  const to = ways.map(way => way.to?.array ?? null);
  const from: Any[] = ways.map(way => way.from?.array ?? null);
  const targets = [...twin.tensors.keys()].filter(i => twin.tensors[i]!.p.length > 0);
  let fault = wanted;
  const target = targets.length === 0 ? -1 : random.pick(targets);
  if (target < 0 || (fault !== null && !spoil(fault, subject, to, from, target))) fault = null;
  const spoilt = fault !== null;
  if (!spoilt) {
    for (const [i, way] of ways.entries())
      [to[i], from[i]] = [way.to?.array ?? null, way.from?.array ?? null];
  }
  let params = subject.shaped(to);
  if (fault === 'no list') params = random.pick<unknown>([null, 1, new Float32Array(2), new Set()]);
  if (fault === 'getter throws' || fault === 'getter calls back') {
    subject.trap(params, target, () => {
      if (fault === 'getter throws') throw new Mine();
      return optimizer.rebind(subject.shaped(to));
    });
  }
  const outcome = moveOutcome(subject, ways, fault, target);
  const alone = from.every(one => one === null) && random.chance(0.5);
  must(`rebind with ${fault ?? 'fine arrays'}`, outcome, () =>
    optimizer.rebind(params, ...(alone ? [] : [subject.shaped(from)])),
  );
  if (outcome !== null) return;
  for (const [i, { to: there, from: here }] of ways.entries()) {
    if (there !== null) subject.params[i] = there;
    const source = there === null && here === null ? subject.sources[i]! : here;
    subject.sources[i] = source === subject.params[i] ? null : source;
    // It is not to be read.
    if (subject.sources[i] !== null) subject.params[i]!.array.fill(Number.NaN);
  }
}

export const moves = commandTo('rebind', fc.boolean(), (subject, rescue, random) =>
  move(subject, null, rescue, random),
);

export const movesWrongly = commandTo(
  'rebindWrongly',
  fc.constantFrom(...(Object.keys(moveFaults) as MoveFault[])),
  (subject, fault, random) => move(subject, fault, true, random),
);

/** A parameter's memory, or that of what it is read from, is transferred or grown. */
export const takesAway = commandTo('takeAway', fc.nat(3), (subject, which) => {
  const i = which % subject.params.length;
  (which % 2 === 0 ? subject.params[i]! : subject.at(i)).memory.takeAway();
});

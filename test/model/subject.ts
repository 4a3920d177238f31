/** An optimizer in the model's world: the real one, its twin, and whose memory is where. */
import type { Entry } from '../every-optimizer.js';
import { differing, stateDiffering } from '../random/difference.js';
import { at, type Twin } from '../random/twin.js';
import type { Held, MemoryKind } from './memory.js';
import { calls, Mine } from './outcome.js';

// biome-ignore lint/suspicious/noExplicitAny: much of what is passed here is wrong on purpose
export type Any = any;

export type Shape = 'list' | 'record' | 'groups';

/** What a schedule does at the next call, other than to give its number. */
export type ScheduleFault = 'throws' | 'is out of range' | 'calls back';

export class Subject {
  readonly entry: Entry;
  readonly shape: Shape;
  readonly kind: MemoryKind;
  readonly twin: Twin;
  /** Where parameters are updated. */
  readonly params: Held[];
  /** Where they are read at their next step, if not there. */
  readonly sources: (Held | null)[];
  /** The gradients of the step before. */
  gradients: (Held | null)[] = [];
  /** A checkpoint of its own, of an earlier time. */
  older: Uint8Array | null = null;
  optimizer: Any = null;
  disposed = false;
  fault: ScheduleFault | null = null;

  constructor(entry: Entry, shape: Shape, kind: MemoryKind, twin: Twin, params: Held[]) {
    this.entry = entry;
    this.shape = shape;
    this.kind = kind;
    this.twin = twin;
    this.params = params;
    this.sources = params.map(() => null);
  }

  /** Whether it takes the gradients from a closure, at the point ahead. */
  get looksAhead(): boolean {
    return this.entry.rule.closure === true;
  }

  /** Whether an option of it is a function of the step. */
  get scheduled(): boolean {
    return this.twin.groups.some(({ given }) =>
      Object.values(given)
        .flat()
        .some(value => typeof value === 'function'),
    );
  }

  /** A schedule of its, as the optimizer gets it: the twin's, which may fail. */
  failing(schedule: (t: number) => number): (t: number) => number {
    return t => {
      if (this.fault === 'throws') throw new Mine();
      if (this.fault === 'is out of range') return Number.NaN;
      if (this.fault === 'calls back') this.optimizer.stateDict();
      return schedule(t);
    };
  }

  /** What must come of the options at the step to come, if it is no step. */
  get optionsOutcome(): string | null {
    if (!this.scheduled) return null;
    if (this.fault !== null)
      return { throws: 'mine', 'is out of range': 'OPTION', 'calls back': 'BUSY' }[this.fault];
    const { groups, rule, steps } = this.twin;
    // Two that went together when they were set may not do so at another step.
    try {
      for (const { given } of groups) rule.check?.(at(given, steps + 1));
      return null;
    } catch {
      return 'OPTION';
    }
  }

  /** Where the numbers of a tensor are. */
  at(i: number): Held {
    return this.sources[i] ?? this.params[i]!;
  }

  /** Whether something without which there is no step was taken away; without elements nothing can be. */
  isLost(held: Held | null | undefined, i: number): boolean {
    return held?.memory.lost === true && this.twin.tensors[i]!.p.length > 0;
  }

  /** What belongs to the tensors, in the shape of their parameters or of their gradients. */
  shaped(values: readonly unknown[], options: readonly object[] | null = null): Any {
    if (this.shape === 'list') return [...values];
    const { tensors, groups } = this.twin;
    const of = (which: (i: number) => boolean) =>
      Object.fromEntries(values.flatMap((value, i) => (which(i) ? [[tensors[i]!.name, value]] : [])));
    if (this.shape === 'record') return of(() => true);
    return groups.map((_, g) => {
      const params = of(i => tensors[i]!.group === g);
      return options === null ? params : { params, ...options[g] };
    });
  }

  /** Lets a getter stand where the gradient of a tensor is. */
  trap(shaped: Any, i: number, get: () => unknown): void {
    const { name, group } = this.twin.tensors[i]!;
    const [of, key] =
      this.shape === 'list' ? [shaped, i] : [this.shape === 'groups' ? shaped[group] : shaped, name];
    Object.defineProperty(of, key, { enumerable: true, configurable: true, get });
  }

  /** Throws unless parameters, state and options are those of the twin, bit for bit, and nothing else was written. */
  check(): void {
    const { twin, optimizer, params, disposed } = this;
    for (const [i, { name, p }] of twin.tensors.entries()) {
      const { array, memory } = this.at(i);
      if (this.isLost(this.at(i), i)) continue;
      const found = differing(`p of ${name}`, array, p);
      if (found !== null) throw new Error(found);
      if (!memory.rooms.intact()) throw new Error('something was written outside of the parameters');
      // Where a move left it for the next step to write: rebind's command filled it with this.
      const waits = this.sources[i] !== null && !params[i]!.memory.lost;
      if (waits && !params[i]!.array.every(Number.isNaN))
        throw new Error(`something was written where ${name} is to be`);
    }
    if (!params.every(({ memory }) => memory.lost || memory.rooms.intact()))
      throw new Error('something was written where parameters are moved to');
    for (const held of this.gradients) {
      if (held !== null && !held.memory.rooms.intact())
        throw new Error('something was written outside of the gradients');
    }
    if (disposed) return;
    calls.made++;
    const found = stateDiffering(optimizer.stateDict(), twin);
    if (found !== null) throw new Error(found);
    if (
      !alike(
        optimizer.numbers,
        twin.groups.map(group => group.numbers),
      )
    )
      throw new Error(`numbers are ${JSON.stringify(optimizer.numbers)}, and not the twin's`);
  }
}

/** Whether plain values are the same, bit for bit. */
function alike(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return Object.is(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(key => alike((one as Any)[key], (other as Any)[key]))
  );
}

/** Runs a scene on the engine, as a user would: an optimizer, moves, steps, and a look at all that it has. */
import '../../src/keeper.js';

import { Optimizer } from '../../src/optimizer.js';
import type { FloatArray } from '../../src/types.js';
import type { Configuration } from './configurations.js';
import { differing, stateDiffering } from './difference.js';
import { Generator } from './generator.js';
import type { Move } from './plan.js';
import { Rooms } from './rooms.js';
import type { Scene } from './scene.js';
import { type AnyRule, dtypeOf, loss, type Twin } from './twin.js';

// biome-ignore lint/suspicious/noExplicitAny: parameters of every shape, options of every rule
type Any = any;

/** The optimizer of a rule. Its class is nothing but a name for that. */
class Of extends Optimizer<Any, Any, Any> {
  constructor(rule: AnyRule, params: unknown, options: object) {
    super(rule, params as Any, options);
  }
}

/** What belongs to the tensors, in the shape of their parameters or of their gradients. */
function shaped({ plan, names, options }: Scene, values: readonly unknown[], asParams = false): Any {
  if (plan.shape === 'list') return values;
  const record = (which: (i: number) => boolean) =>
    Object.fromEntries(values.flatMap((value, i) => (which(i) ? [[names[i]!, value]] : [])));
  if (plan.shape === 'record') return record(() => true);
  return options.map((own, group) => {
    const of = record(i => plan.tensors[i]!.group === group);
    return asParams ? { params: of, ...own } : of;
  });
}

/** A tensor on its way. */
interface Traveller {
  /** Where its numbers are: where it is updated, or what is read at its next step. */
  at: FloatArray;
  place: FloatArray;
}

class Journey {
  readonly travellers: readonly Traveller[];
  readonly #rooms: Rooms[] = [];
  // What was left, with its numbers: nobody writes there any more.
  readonly #left: (readonly [array: FloatArray, before: FloatArray])[] = [];
  readonly #random: Generator;

  constructor({ plan, start }: Scene) {
    const { seed, number, tensors, together, across } = plan;
    this.#random = new Generator(seed, number, 0, 7);
    const allocate = (bytes: number) => (across ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    const rooms = together ? [new Rooms(tensors, allocate)] : tensors.map(one => new Rooms([one], allocate));
    this.#rooms.push(...rooms);
    const arrays = rooms.flatMap(room => room.arrays);
    this.travellers = arrays.map((array, i) => {
      array.set(start[i]!);
      return { at: array, place: array };
    });
  }

  #place({ at }: Traveller): FloatArray {
    const room = new Rooms([{ dtype: dtypeOf(at), length: at.length, offset: this.#random.below(17) }]);
    this.#rooms.push(room);
    return room.arrays[0]!;
  }

  #leave(array: FloatArray): void {
    this.#left.push([array, array.slice()]);
  }

  /** Moves a tensor: where it goes, and what is read; null where it stays or reads its own. */
  move(traveller: Traveller, how: Move): readonly [to: FloatArray | null, from: FloatArray | null] {
    const { at } = traveller;
    if (how === 'stays') return [null, null];
    if (how === 'copied') {
      traveller.at = this.#place(traveller);
      traveller.at.set(at);
      this.#leave(traveller.at);
      traveller.place.fill(Number.NaN);
      return [null, traveller.at];
    }
    this.#leave(at);
    traveller.place = this.#place(traveller);
    if (how === 'read') {
      traveller.place.fill(Number.NaN);
      return [traveller.place, at];
    }
    traveller.place.set(at);
    traveller.at = traveller.place;
    return [traveller.place, this.#random.chance(0.5) ? traveller.place : null];
  }

  /** What was written that nobody should have written. */
  trespassed(): string | null {
    if (!this.#rooms.every(room => room.intact())) return 'something was written outside of the arrays';
    const written = this.#left.some(([array, before]) => differing('', array, before) !== null);
    return written ? 'an array was written after it was left' : null;
  }
}

/** Runs a scene; tells what differs from what the reference made of it, or null. */
export function byEngine(scene: Scene, { backend, use }: Configuration, wanted: Twin): string | null {
  const { plan, rule, options, gradients, loaded } = scene;
  use(plan.threads);
  const journey = new Journey(scene);
  const { travellers } = journey;
  const each = (pick: (traveller: Traveller) => unknown, asParams = false) =>
    shaped(scene, travellers.map(pick), asParams);
  const dimensions = plan.tensors.map(tensor => tensor.dimensions);
  const shapes = dimensions.some(some => some !== null) ? { shapes: shaped(scene, dimensions, false) } : {};
  const given = { backend, ...shapes, ...(plan.shape === 'groups' ? {} : options[0]) };
  const params = each(({ place }) => place, true);
  const looksAhead = rule.closure === true;
  const optimizer: Any = new Of(rule, params, given);
  try {
    if (loaded !== null) {
      const { param_groups } = optimizer.stateDict();
      const state = Object.fromEntries(loaded.map((entry, i) => [scene.names[i]!, entry]));
      optimizer.loadStateDict({ state, param_groups, steps: plan.loaded });
    }
    const same = plan.sameGradients
      ? new Rooms(plan.tensors.map(tensor => ({ ...tensor, offset: tensor.gradientOffset }))).arrays
      : null;
    plan.steps.forEach(({ present, moves }, step) => {
      if (moves !== null) {
        const pairs = travellers.map((traveller, i) => journey.move(traveller, moves[i]!));
        optimizer.rebind(
          shaped(
            scene,
            pairs.map(([to]) => to),
          ),
          shaped(
            scene,
            pairs.map(([, from]) => from),
          ),
        );
      }
      same?.forEach((array, i) => {
        array.set(gradients[step]![i]!);
      });
      const grads = shaped(
        scene,
        present.map((there, i) => (there ? (same ?? gradients[step]!)[i]! : null)),
      );
      optimizer.step(looksAhead ? () => grads : grads, rule.byHessian ? { hessian: grads } : { loss });
      travellers.forEach((traveller, i) => {
        // Within a step of Nesterov's form all are moved.
        if (present[i] || looksAhead) traveller.at = traveller.place;
      });
    });
    const trespass = journey.trespassed();
    if (trespass !== null) return trespass;
    if (!scene.gradientsIntact()) return 'a gradient was written';
    for (const [i, { at, place }] of travellers.entries()) {
      const found = differing(`p of ${wanted.tensors[i]!.name}`, at, wanted.tensors[i]!.p);
      if (found !== null) return found;
      if (at !== place && !place.every(Number.isNaN)) return 'a tensor that waits was written';
    }
    return stateDiffering(optimizer.stateDict(), wanted);
  } finally {
    optimizer.dispose();
  }
}

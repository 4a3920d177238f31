/**
 * A race of one case on the backend that is set: stock and the drop-in in one process, since they share all of
 * TensorFlow.js, turn by turn, and held to the same bits.
 */
import { Turns } from '../turn.js';
import { expectAlive, expectSame } from './bits.js';
import type { Case } from './cases.js';
import type { Contest } from './contest.js';
import { raceOfFit } from './fit.js';
import { make, type Train } from './optimizers.js';
import type { Pace } from './pace.js';
import type { Side, Sides } from './results.js';
import { Stepper } from './stepper.js';

/** Someone's part in a race. */
class Run {
  readonly name: string;
  readonly stepper: Stepper;
  readonly samples: number[] = [];
  readonly #turns: Turns;

  constructor(name: string, stepper: Stepper) {
    this.name = name;
    this.stepper = stepper;
    this.#turns = new Turns(() => stepper.step());
  }

  warm(seconds: number): void {
    this.#turns.take(seconds);
  }

  take(seconds: number): void {
    this.samples.push(this.#turns.take(seconds).seconds);
  }

  get side(): Side {
    return { samples: this.samples, updates: null, steps: this.stepper.steps };
  }
}

/**
 * After all turns. Stock took far fewer steps than the drop-in, and for as many it would need minutes. So a witness that
 * nobody times takes the steps one by one: where stock stopped it must have stock's bits, and where the drop-in stopped, the
 * drop-in's. It is the drop-in again, but in WebAssembly, and never in place.
 */
function expectSameSteps({ id, raced, lengths }: Case, { tf, dropIn }: Contest, runs: readonly Run[]): void {
  const start = Stepper.start(lengths);
  const settings = { backend: 'wasm', inPlace: false } as const;
  const witness = new Stepper(tf, make(dropIn, raced, settings), lengths);
  try {
    for (const { name, stepper } of [...runs].sort((a, b) => a.stepper.steps - b.stepper.steps)) {
      while (witness.steps < stepper.steps) witness.step();
      const when = `in ${id} after ${stepper.steps} steps`;
      expectAlive(stepper.look(), start, `${name} ${when}`);
      expectSame(witness.look(), stepper.look(), `the drop-in beside ${name} ${when}`);
    }
  } finally {
    witness.dispose();
  }
}

function raceOfSteps(entrant: Case, contest: Contest, pace: Pace): Sides {
  const { tf } = contest;
  const run = (name: string, train: Train): Run =>
    new Run(name, new Stepper(tf, make(train, entrant.raced), entrant.lengths));
  const [stock, dropIn] = [run('tf.train', contest.stock), run('its timed self', contest.dropIn)] as const;
  const runs = [stock, dropIn];
  try {
    for (const one of runs) one.warm(pace.warm);
    for (let round = 0; round < pace.rounds; round++) {
      // Who begins changes, so that nobody always follows the other. A collection between turns would favour none: what
      // comes right after one takes several times as long.
      for (const one of round % 2 === 0 ? runs : runs.toReversed()) one.take(pace.seconds);
    }
    expectSameSteps(entrant, contest, runs);
  } finally {
    for (const { stepper } of runs) stepper.dispose();
  }
  return { stock: stock.side, dropIn: dropIn.side };
}

/**
 * @returns why it cannot take place, where it cannot
 * @throws Error where a result is wrong: a time for something else than stock's steps is worth nothing
 */
export const race = async (entrant: Case, contest: Contest, pace: Pace): Promise<Sides | string> =>
  entrant.model ? raceOfFit(entrant, entrant.model, contest, pace) : raceOfSteps(entrant, contest, pace);

import { JavaScriptAdam } from './javascript-adam.js';
import type { Model, Shape } from './model.js';
import { LanestepUpdater } from './optimizers.js';
import type { BackendName } from './options.js';
import { freshModel } from './start.js';
import type { Examples } from './task.js';
import { makeSampler } from './training.js';
import type { Updater } from './updater.js';

/** Milliseconds per batch, medians over the rounds. */
export interface Pace {
  readonly batch: number;
  readonly step: number;
}

export interface Race {
  readonly lanestep: Pace;
  readonly javascript: Pace;
  readonly rounds: number;
  readonly batchesPerRound: number;
  /** Mean loss over the last round, which shows that both learn the same. */
  readonly losses: { readonly lanestep: number; readonly javascript: number };
}

const rounds = 8;
const batchesPerRound = 8;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One of the two: a model of its own, the same first parameters, the same batches in the same order. */
class Runner {
  readonly #model: Model;
  readonly #updater: Updater;
  readonly #batches: Iterator<Uint32Array>;
  readonly #data: Examples;
  readonly #paces: Pace[] = [];
  #loss = 0;

  constructor(model: Model, updater: Updater, data: Examples, batchSize: number, seed: number) {
    this.#model = model;
    this.#updater = updater;
    this.#data = data;
    this.#batches = makeSampler(data.labels.length, { batch: 'mini-batch', batchSize, seed }).stream();
  }

  round(): void {
    const { bags, labels } = this.#data;
    const before = { loss: this.#model.loss, seen: this.#model.seen, stepTime: this.#updater.stepTime };
    const start = performance.now();
    for (let i = 0; i < batchesPerRound; i++) {
      const texts: Uint32Array = this.#batches.next().value;
      const lossBefore = this.#model.loss;
      this.#updater.update(
        () => this.#model.backward(bags, labels, texts),
        () => (this.#model.loss - lossBefore) / texts.length,
      );
    }
    const batch = (performance.now() - start) / batchesPerRound;
    this.#paces.push({ batch, step: (this.#updater.stepTime - before.stepTime) / batchesPerRound });
    this.#loss = (this.#model.loss - before.loss) / (this.#model.seen - before.seen);
  }

  get loss(): number {
    return this.#loss;
  }

  /** Without the first round, in which V8 compiles and memory is touched for the first time. */
  get pace(): Pace {
    const warm = this.#paces.slice(1);
    return { batch: median(warm.map(({ batch }) => batch)), step: median(warm.map(({ step }) => step)) };
  }
}

/**
 * The same training twice, with lanestep's Adam and with one in plain JavaScript, a few batches of one and then of the
 * other: whatever else the machine does in the meantime, it does to both.
 */
export function race(
  shape: Shape,
  data: Examples,
  { lr, batchSize, seed, backend }: { lr: number; batchSize: number; seed: number; backend: BackendName },
): Race {
  const start = (make: (model: Model) => Updater): { runner: Runner; updater: Updater } => {
    const model = freshModel(shape, seed);
    const updater = make(model);
    return { runner: new Runner(model, updater, data, batchSize, seed), updater };
  };
  const ours = start(
    model => new LanestepUpdater(model.parameters, { name: 'adam', hypers: { lr }, backend }),
  );
  const theirs = start(model => new JavaScriptAdam(model.parameters, lr));
  for (let i = 0; i <= rounds; i++) {
    ours.runner.round();
    theirs.runner.round();
  }
  ours.updater.dispose();
  return {
    lanestep: ours.runner.pace,
    javascript: theirs.runner.pace,
    rounds,
    batchesPerRound,
    losses: { lanestep: ours.runner.loss, javascript: theirs.runner.loss },
  };
}

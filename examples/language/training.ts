import { batch, miniBatch, type Sampler, stochastic } from 'lanestep';
import type { Model } from './model.js';
import type { BatchMode } from './options.js';
import type { Examples } from './task.js';
import type { Updater } from './updater.js';

export interface Plan {
  readonly batch: BatchMode;
  readonly batchSize: number;
  readonly epochs: number;
  /** The most steps, whatever the epochs say. */
  readonly steps: number;
  readonly seed: number;
  /** How many points the curve is to have. */
  readonly points?: number;
}

/** The mean loss of the batches up to a step. */
export interface Point {
  readonly step: number;
  readonly loss: number;
}

export interface Epoch {
  readonly number: number;
  readonly steps: number;
  /** Means over the epoch, on texts as they came, before each update. */
  readonly loss: number;
  readonly accuracy: number;
  readonly milliseconds: number;
  /** Of these, in the optimizer. */
  readonly stepMilliseconds: number;
}

export interface Training {
  readonly epochs: readonly Epoch[];
  readonly curve: readonly Point[];
  readonly steps: number;
  readonly milliseconds: number;
  readonly stepMilliseconds: number;
  /** The loss became infinite or not a number: the learning rate is too high. */
  readonly diverged: boolean;
}

/** Who wants to see how it goes. Time spent here is not counted. */
export interface Watcher {
  step?(done: number, total: number, loss: number): void;
  epoch?(epoch: Epoch): void;
}

export function makeSampler(
  size: number,
  { batch: mode, batchSize, seed }: Pick<Plan, 'batch' | 'batchSize' | 'seed'>,
): Sampler {
  if (mode === 'batch') return batch({ size });
  if (mode === 'stochastic') return stochastic({ size, seed });
  return miniBatch({ size, batchSize: Math.min(batchSize, size), seed });
}

export function totalSteps(size: number, plan: Plan): number {
  return Math.min(plan.steps, plan.epochs * makeSampler(size, plan).batchesPerEpoch);
}

export function train(
  model: Model,
  updater: Updater,
  data: Examples,
  plan: Plan,
  watcher: Watcher = {},
): Training {
  const { bags, labels } = data;
  const { points = 200 } = plan;
  const sampler = makeSampler(labels.length, plan);
  const total = totalSteps(labels.length, plan);
  const epochs: Epoch[] = [];
  const curve: Point[] = [];
  let step = 0;
  let milliseconds = 0;
  let diverged = false;
  let drawn = { loss: model.loss, seen: model.seen };
  while (step < total && !diverged) {
    const before = {
      step,
      milliseconds,
      loss: model.loss,
      seen: model.seen,
      correct: model.correct,
      stepTime: updater.stepTime,
    };
    for (const texts of sampler.epoch()) {
      const start = performance.now();
      const lossBefore = model.loss;
      updater.update(
        () => model.backward(bags, labels, texts),
        () => (model.loss - lossBefore) / texts.length,
      );
      milliseconds += performance.now() - start;
      step++;
      diverged = !Number.isFinite(model.loss);
      if (Math.floor((step * points) / total) > Math.floor(((step - 1) * points) / total)) {
        curve.push({ step, loss: (model.loss - drawn.loss) / (model.seen - drawn.seen) });
        drawn = { loss: model.loss, seen: model.seen };
      }
      watcher.step?.(step, total, curve.at(-1)?.loss ?? Number.NaN);
      if (step === total || diverged) break;
    }
    const seen = model.seen - before.seen;
    const epoch: Epoch = {
      number: epochs.length + 1,
      steps: step - before.step,
      loss: (model.loss - before.loss) / seen,
      accuracy: (model.correct - before.correct) / seen,
      milliseconds: milliseconds - before.milliseconds,
      stepMilliseconds: updater.stepTime - before.stepTime,
    };
    epochs.push(epoch);
    watcher.epoch?.(epoch);
  }
  return { epochs, curve, steps: step, milliseconds, stepMilliseconds: updater.stepTime, diverged };
}

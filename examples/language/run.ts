import type { Hyper as Value } from 'lanestep';
import { catalogue, type Hyper, hyperNames } from './catalogue.js';
import { digest } from './digest.js';
import { accuracy, singleAccuracy } from './evaluation.js';
import { count, duration, loss } from './format.js';
import type { Model } from './model.js';
import { type Choice, LanestepUpdater } from './optimizers.js';
import type { Options } from './options.js';
import { prelude } from './prelude.js';
import { race } from './race.js';
import { runPage } from './run-page.js';
import { makeRates } from './schedules.js';
import { freshModel } from './start.js';
import {
  accuracyHead,
  accuracyRows,
  askedRows,
  epochHead,
  epochRow,
  type Row,
  raceHead,
  raceRows,
  sampleRows,
} from './tables.js';
import type { Task } from './task.js';
import { bar, curve, ProgressLine, table } from './terminal.js';
import { type Training, totalSteps, train } from './training.js';

/** A page to write, and whether something went wrong on the way to it. */
export interface Outcome {
  readonly html: string;
  readonly failed: boolean;
}

/** The optimizer of the options, with schedules in the place of what they move. */
function choose(options: Options, steps: number): Choice {
  const rates = makeRates(options.schedule, options.lr, steps, options.warmup);
  const { momentum } = catalogue[options.optimizer]!;
  const values: Partial<Record<Hyper, Value>> = { ...options.hypers, lr: rates.lr };
  if (rates.momentum !== undefined && momentum !== undefined) values[momentum] ??= rates.momentum;
  return { name: options.optimizer, hypers: values, backend: options.backend };
}

function optimizerText({ optimizer, hypers: given, lr, schedule, warmup }: Options): string {
  const others = hyperNames.filter(name => name !== 'lr' && given[name] !== undefined);
  const rate = `lr ${lr}, ${schedule}${warmup > 0 ? ` after ${count(warmup)} steps of warm-up` : ''}`;
  return `${catalogue[optimizer]!.title} (${[rate, ...others.map(name => `${name} ${given[name]}`)].join(', ')})`;
}

/** Trains with the progress in sight; each epoch leaves a line. */
function trainInSight(
  model: Model,
  updater: LanestepUpdater,
  task: Task,
  options: Options,
): { training: Training; epochRows: Row[] } {
  const line = new ProgressLine(process.stdout);
  const epochRows: Row[] = [];
  const start = performance.now();
  const print = (cells: Row): void =>
    console.log(`  ${cells.map((cell, i) => cell.padStart(i === 0 ? 5 : 9)).join(' ')}`);
  print(epochHead);
  const training = train(model, updater, task.train, options, {
    step(done, total, now) {
      line.show(() => {
        const left = ((performance.now() - start) / done) * (total - done);
        const share = `${bar(done / total, 30).padEnd(30, '░')} ${count(done)}/${count(total)}`;
        return `  ${share}  loss ${loss(now)}  ${duration(left)} left`;
      });
    },
    epoch(epoch) {
      line.clear();
      const row = epochRow(epoch, singleAccuracy(model, task), model.size);
      epochRows.push(row);
      print(row);
    },
  });
  return { training, epochRows };
}

function printGuesses(title: string, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  console.log(`\n${title}`);
  for (const [text, language, ...three] of rows) {
    // Isolated, so that a text from right to left leaves the rest of its line alone.
    console.log(`  \u2068${text}\u2069${language === '' ? '' : ` (${language})`}\n    ${three.join(', ')}`);
  }
}

/** One training from the first parameters to the report. */
export function runTraining(options: Options): Outcome {
  console.log('\nA language identifier, trained in Node with lanestep\n');
  const { task, shape, facts } = prelude(options, optimizerText(options));
  const steps = totalSteps(task.train.labels.length, options);
  const model = freshModel(shape, options.seed);
  const updater = new LanestepUpdater(model.parameters, choose(options, steps));
  const { training, epochRows } = trainInSight(model, updater, task, options);
  updater.dispose();
  if (training.diverged) {
    console.log(
      `\nAfter ${count(training.steps)} steps the loss is no longer a number: try a --lr below ${options.lr}`,
    );
  }

  const losses = training.curve.map(point => point.loss);
  console.log(`\nLoss over ${count(training.steps)} steps\n${curve(losses)}\n`);
  const right = accuracy(model, task);
  console.log(table(accuracyHead, accuracyRows(right, task)));

  const raced = options.race ? race(shape, task.train, options) : null;
  if (raced !== null) {
    console.log(`\n${table(raceHead, raceRows(raced))}`);
    const { rounds, batchesPerRound } = raced;
    console.log(`  (the same training by turns: medians of ${rounds} rounds of ${batchesPerRound} batches)`);
  }

  const samples = sampleRows(model, task);
  const asked = askedRows(model, task, options.texts);
  printGuesses('Texts that it has not seen', samples);
  printGuesses('Your texts', asked);
  const sum = digest(model.parameters);
  console.log(`\nSHA-256 of all ${count(model.size)} parameters: ${sum}`);

  const html = runPage({
    options,
    facts,
    task,
    size: model.size,
    training,
    epochRows,
    accuracy: right,
    race: raced,
    samples,
    asked,
    digest: sum,
  });
  return { html, failed: training.diverged };
}

/** The report of one training. */
import { catalogue } from './catalogue.js';
import { dotPlot, lineChart } from './chart.js';
import type { Accuracy } from './evaluation.js';
import { compact, count, duration, loss, percent, times } from './format.js';
import { escape, htmlTable } from './html.js';
import { machine } from './machine.js';
import { classOptions } from './optimizers.js';
import type { Options } from './options.js';
import type { Race } from './race.js';
import { page, type Section } from './report.js';
import { accuracyHead, accuracyRows, epochHead, guessHead, type Row, raceHead, raceRows } from './tables.js';
import type { Task } from './task.js';
import type { Training } from './training.js';

export interface Results {
  readonly options: Options;
  readonly facts: readonly Row[];
  readonly task: Task;
  /** How many parameters there are. */
  readonly size: number;
  readonly training: Training;
  readonly epochRows: readonly Row[];
  readonly accuracy: Accuracy;
  readonly race: Race | null;
  readonly samples: readonly Row[];
  readonly asked: readonly Row[];
  readonly digest: string;
}

function note(text: string): string {
  return `<p class="soft">${escape(text)}</p>`;
}

function lossSection({ training }: Results): Section {
  const points = training.curve.map(({ step, loss: y }) => ({ x: step, y }));
  const axes = { x: 'step', y: 'loss' };
  return { title: 'Loss', body: lineChart('Training loss over steps', { name: 'loss', points }, axes) };
}

function epochsSection({ epochRows }: Results): Section {
  const caption = 'Loss and accuracy while learning; accuracy on unseen names after each epoch';
  return { title: 'Epochs', body: htmlTable(caption, epochHead, epochRows) };
}

function accuracySection({ accuracy, task }: Results): Section {
  const caption = 'On names of what was not in the training in any language';
  const alike = 'Many names are spelt alike in several languages ("Albania"); nobody could tell those apart.';
  return {
    title: 'Accuracy',
    body: htmlTable(caption, accuracyHead, accuracyRows(accuracy, task)) + note(alike),
  };
}

function raceSection(race: Race): Section {
  const { lanestep, javascript, rounds, batchesPerRound, losses } = race;
  const dots = [
    { name: 'lanestep, whole batch', value: lanestep.batch, text: duration(lanestep.batch) },
    { name: 'JavaScript, whole batch', value: javascript.batch, text: duration(javascript.batch) },
    { name: 'lanestep, step', value: lanestep.step, text: duration(lanestep.step) },
    { name: 'JavaScript, step', value: javascript.step, text: duration(javascript.step) },
  ];
  const how =
    'The same training with Adam of lanestep and with Adam as a hand-tuned loop in JavaScript, by turns: medians of ' +
    `${rounds} rounds of ${batchesPerRound} batches. A batch is forward, backward and step. ` +
    `The losses in the last round: ${loss(losses.lanestep)} and ${loss(losses.javascript)}.`;
  return {
    title: 'Against plain JavaScript',
    body: note(how) + dotPlot('Time per batch and step', dots) + htmlTable('Time', raceHead, raceRows(race)),
  };
}

function predictionsSection({ samples, asked }: Results): Section {
  const yours = asked.length === 0 ? '' : htmlTable('Your texts', guessHead, asked);
  return { title: 'Predictions', body: htmlTable('Texts that it has not seen', guessHead, samples) + yours };
}

function batchesText({ batch, batchSize, epochs }: Options, steps: number): string {
  const kinds = {
    batch: 'all names at once',
    'mini-batch': `mini-batches of ${count(batchSize)}`,
    stochastic: 'one name at a time',
  };
  return `${kinds[batch]}, ${epochs} epoch${epochs === 1 ? '' : 's'}, ${count(steps)} steps`;
}

/** lanestep's options as one would write them, but for what a schedule does with them. */
function optionsText({ optimizer, hypers, lr, backend }: Options): string {
  const options = classOptions({ name: optimizer, hypers: { ...hypers, lr }, backend });
  return Object.entries(options)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');
}

function makingSection({ options, facts, training, digest }: Results): Section {
  const rows = [
    ...facts,
    ['Batches', batchesText(options, training.steps)],
    ['Options', optionsText(options)],
    ['Seed', String(options.seed)],
  ];
  const same = 'SHA-256 of all parameters, the same on every backend with any number of threads:';
  return {
    title: 'How it was made',
    body:
      htmlTable('This training', [], rows) +
      htmlTable('This machine', [], machine()) +
      `${note(same)}<p><code>${escape(digest)}</code></p>`,
  };
}

export function runPage(results: Results): string {
  const { options, task, size, training, accuracy, race } = results;
  const { steps, milliseconds, stepMilliseconds } = training;
  const cards: [string, string][] = [
    ['right on single unseen names', percent(accuracy.single)],
    ['right on three unseen names joined', percent(accuracy.joined)],
    ['training time', duration(milliseconds)],
    ['of the training time spent in the optimizer', percent(stepMilliseconds / milliseconds)],
    ['parameters updated a second', compact((size * steps * 1000) / stepMilliseconds)],
  ];
  if (race !== null)
    cards.push([
      'as fast as a JavaScript loop, a whole batch',
      times(race.javascript.batch / race.lanestep.batch),
    ]);
  const { title } = catalogue[options.optimizer]!;
  return page(
    'A language identifier, trained in Node',
    `${task.languages.length} languages, ${compact(size)} parameters, ${count(steps)} steps of ${title} from lanestep.`,
    cards,
    [
      lossSection(results),
      epochsSection(results),
      accuracySection(results),
      ...(race === null ? [] : [raceSection(race)]),
      predictionsSection(results),
      makingSection(results),
    ],
  );
}

/** The results as rows of text: the same tables in the terminal and in the report. */
import { type Accuracy, guesses } from './evaluation.js';
import { type Bags, bagTexts } from './features.js';
import { compact, count, duration, loss, percent, times } from './format.js';
import type { Model } from './model.js';
import type { Race } from './race.js';
import type { Examples, Task } from './task.js';
import type { Epoch } from './training.js';

export type Row = readonly string[];

export const epochHead: Row = [
  'epoch',
  'steps',
  'loss',
  'accuracy',
  'unseen',
  'time',
  'in step',
  'per step',
  'parameters/s',
];

/** @param unseen the accuracy on single unseen names after the epoch */
export function epochRow(epoch: Epoch, unseen: number, size: number): Row {
  const { steps, milliseconds, stepMilliseconds } = epoch;
  return [
    String(epoch.number),
    count(steps),
    loss(epoch.loss),
    percent(epoch.accuracy),
    percent(unseen),
    duration(milliseconds),
    percent(stepMilliseconds / milliseconds),
    duration(stepMilliseconds / steps),
    compact((size * steps * 1000) / stepMilliseconds),
  ];
}

export const accuracyHead: Row = ['On unseen concepts', 'texts', 'right'];

export function accuracyRows({ single, unique, joined }: Accuracy, task: Task): Row[] {
  const uniqueCount = task.singleIsUnique.reduce((sum, flag) => sum + flag, 0);
  return [
    ['Single names', count(task.single.labels.length), percent(single)],
    ['… that only one language writes so', count(uniqueCount), percent(unique)],
    ['Three names joined', count(task.joined.labels.length), percent(joined)],
    ['By chance', '', percent(1 / task.languages.length)],
  ];
}

export const raceHead: Row = ['Adam', 'per batch', 'of it in step', 'share'];

export function raceRows({ lanestep, javascript }: Race): Row[] {
  return [
    ['lanestep', duration(lanestep.batch), duration(lanestep.step), percent(lanestep.step / lanestep.batch)],
    [
      'JavaScript',
      duration(javascript.batch),
      duration(javascript.step),
      percent(javascript.step / javascript.batch),
    ],
    [
      'lanestep is faster',
      times(javascript.batch / lanestep.batch),
      times(javascript.step / lanestep.step),
      '',
    ],
  ];
}

/** Each text, its language where that is known, and the three likeliest languages. */
export const guessHead: Row = ['Text', 'Language', 'First', 'Second', 'Third'];

function threeGuesses(model: Model, { languages }: Task, bags: Bags, i: number): string[] {
  return guesses(model, { bags }, i, 3).map(
    ({ language, probability }) => `${languages[language]!.name} ${percent(probability)}`,
  );
}

/** Some of the texts that the model was tested on, from as many languages. */
export function sampleRows(model: Model, task: Task): Row[] {
  const some = ({ texts, labels, bags }: Examples, howMany: number): Row[] =>
    Array.from({ length: howMany }, (_, k) => {
      const i = Math.floor(((k + 0.5) * texts.length) / howMany);
      return [texts[i]!, task.languages[labels[i]!]!.name, ...threeGuesses(model, task, bags, i)];
    });
  return [...some(task.single, 6), ...some(task.joined, 3)];
}

/** The texts that were given with `--text`. */
export function askedRows(model: Model, task: Task, texts: readonly string[]): Row[] {
  const bags = bagTexts(texts, model.shape.buckets);
  return texts.map((text, i) => [text, '', ...threeGuesses(model, task, bags, i)]);
}

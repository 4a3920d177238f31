import { type OptimizerName, optimizerNames } from './catalogue.js';
import { dotPlot, smallMultiples } from './chart.js';
import { digest } from './digest.js';
import { type Accuracy, accuracy, interval, places } from './evaluation.js';
import { compact, count, duration, loss, percent } from './format.js';
import { htmlTable } from './html.js';
import { machine } from './machine.js';
import type { Shape } from './model.js';
import { LanestepUpdater } from './optimizers.js';
import { type Options, usualLr } from './options.js';
import { prelude } from './prelude.js';
import { page } from './report.js';
import type { Outcome } from './run.js';
import { freshModel } from './start.js';
import type { Task } from './task.js';
import { bar, ProgressLine, table } from './terminal.js';
import { type Training, totalSteps, train } from './training.js';

interface Contender {
  readonly name: OptimizerName;
  readonly lr: number;
  readonly training: Training;
  readonly accuracy: Accuracy;
  readonly digest: string;
}

/** The same start, the same batches in the same order; only the optimizer differs. */
function contend(
  name: OptimizerName,
  task: Task,
  shape: Shape,
  options: Options,
  line: ProgressLine,
): Contender {
  const model = freshModel(shape, options.seed);
  const lr = usualLr(name, options.batch);
  const updater = new LanestepUpdater(model.parameters, { name, hypers: { lr }, backend: options.backend });
  const training = train(
    model,
    updater,
    task.train,
    { ...options, points: 40 },
    {
      step: (done, total) =>
        line.show(
          () => `  ${name.padEnd(18)}${bar(done / total, 30).padEnd(30, '░')} ${count(done)}/${count(total)}`,
        ),
    },
  );
  updater.dispose();
  line.clear();
  return { name, lr, training, accuracy: accuracy(model, task), digest: digest(model.parameters) };
}

const head = [
  'optimizer',
  'place',
  'lr',
  'loss',
  'single',
  'joined',
  'time',
  'per step',
  'parameters/s',
  'digest',
];

function cells(
  { name, lr, training, accuracy: right, digest: sum }: Contender,
  place: string,
  size: number,
): string[] {
  const { steps, stepMilliseconds, milliseconds, diverged } = training;
  return [
    name,
    place,
    String(lr),
    diverged ? 'diverged' : loss(training.curve.at(-1)?.loss ?? Number.NaN),
    percent(right.single),
    percent(right.joined),
    duration(milliseconds),
    duration(stepMilliseconds / steps),
    compact((size * steps * 1000) / stepMilliseconds),
    sum.slice(0, 12),
  ];
}

/** Every optimizer with its defaults on a small budget, the best at single names first. */
export function runComparison(options: Options): Outcome {
  console.log(
    `\nA language identifier, trained in Node with each of lanestep's ${optimizerNames.length} optimizers\n`,
  );
  const { task, shape, facts } = prelude(
    options,
    `all ${optimizerNames.length}, each with its learning rate for this task`,
  );
  const steps = totalSteps(task.train.labels.length, options);
  const size = (shape.buckets + shape.classes) * shape.width + shape.classes;
  const line = new ProgressLine(process.stdout);
  const contenders = optimizerNames.map(name => {
    const contender = contend(name, task, shape, options, line);
    console.log(
      `  ${name.padEnd(18)}${bar(contender.accuracy.single, 40).padEnd(40)} ${percent(contender.accuracy.single).padStart(7)}`,
    );
    return contender;
  });
  contenders.sort((a, b) => b.accuracy.single - a.accuracy.single);
  const ranks = places(contenders.map(({ accuracy: { singleHits } }) => singleHits));
  // `1=` is a place that several share.
  const shown = ranks.map(rank =>
    ranks.filter(other => other === rank).length > 1 ? `${rank}=` : `${rank}`,
  );
  const rows = contenders.map((contender, i) => cells(contender, shown[i]!, size));
  console.log(`\n${table(head, rows)}`);

  const first = contenders.filter((_, i) => ranks[i] === 1);
  const series = contenders.map(({ name, training }) => ({
    name,
    points: training.curve.map(({ step, loss: y }) => ({ x: step, y })),
    note: training.diverged ? 'diverged' : loss(training.curve.at(-1)?.loss ?? Number.NaN),
  }));
  const dots = contenders.map(({ name, accuracy: { single, singleHits } }, i) => ({
    name: `${shown[i]} ${name}`,
    value: single,
    interval: interval(singleHits),
    text: percent(single),
  }));
  // Dots need no axis from 0: it begins at the last multiple of 10 % before all of them.
  const from = Math.floor(10 * Math.min(...dots.map(({ interval: [low] }) => low))) / 10;
  const html = page(
    'Every optimizer of lanestep on one task',
    `A language identifier, trained ${contenders.length} times from the same start on the same ${count(steps)} batches.`,
    [
      [
        first.length === 1 ? 'is best at single unseen names' : 'are best at single unseen names, and tie',
        first.map(({ name }) => name).join(', '),
      ],
      ['right on single unseen names, the best', percent(contenders[0]!.accuracy.single)],
      [
        'right on three unseen names joined, the best',
        percent(Math.max(...contenders.map(one => one.accuracy.joined))),
      ],
    ],
    [
      {
        title: 'Loss',
        body:
          '<p class="soft">The training loss over the steps, and its last value; all others in grey. The best at single unseen names first.</p>' +
          smallMultiples('Training loss over steps', series),
      },
      {
        title: 'Accuracy',
        body:
          `<p class="soft">Single unseen names that were told right, on an axis from ${percent(from)}, with 95 % intervals. ` +
          'Those share a place, such as 1=, whose ' +
          'answers to the same names differ by no more than chance (McNemar’s test).</p>' +
          dotPlot('Accuracy on single unseen names', dots, from),
      },
      {
        title: 'Results',
        body:
          htmlTable('The best at single unseen names first', head, rows) +
          '<p class="soft">A small budget shows who learns fast, not who ends best; Rprop is made for full batches ' +
          '(--batch batch). The digest is that of the parameters, the same on every backend with any number of threads.</p>',
      },
      {
        title: 'How it was made',
        body:
          htmlTable(
            'These trainings',
            [],
            [...facts, ['Steps', count(steps)], ['Seed', String(options.seed)]],
          ) + htmlTable('This machine', [], machine()),
      },
    ],
  );
  return { html, failed: false };
}

import { type OptimizerName, optimizerNames } from './catalogue.js';
import { barChart, lineChart } from './chart.js';
import { digest } from './digest.js';
import { type Accuracy, accuracy } from './evaluation.js';
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

const head = ['optimizer', 'lr', 'loss', 'single', 'joined', 'time', 'per step', 'parameters/s', 'digest'];

function cells({ name, lr, training, accuracy: right, digest: sum }: Contender, size: number): string[] {
  const { steps, stepMilliseconds, milliseconds, diverged } = training;
  return [
    name,
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
  const rows = contenders.map(contender => cells(contender, size));
  console.log(`\n${table(head, rows)}`);

  const best = contenders[0]!;
  const series = contenders.map(({ name, training }) => ({
    name,
    points: training.curve.map(({ step, loss: y }) => ({ x: step, y })),
  }));
  const bars = contenders.map(({ name, accuracy: { single } }) => ({
    name: `${name}, single names`,
    value: single,
    text: percent(single),
  }));
  const html = page(
    'Every optimizer of lanestep on one task',
    `A language identifier, trained ${contenders.length} times from the same start on the same ${count(steps)} batches.`,
    [
      ['best at single unseen names', best.name],
      ['single unseen names', percent(best.accuracy.single)],
      ['three joined', percent(best.accuracy.joined)],
    ],
    [
      { title: 'Loss', body: lineChart('Training loss over steps', series, { x: 'step', y: 'loss' }) },
      { title: 'Accuracy', body: barChart('Accuracy on single unseen names', bars) },
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

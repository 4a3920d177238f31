import { backend } from 'lanestep';
import { compact, count } from './format.js';
import type { Shape } from './model.js';
import type { Options } from './options.js';
import { joinedNames } from './start.js';
import { makeTask, type Task } from './task.js';

/** Numbers per row of the embedding. */
const width = 32;

export interface Prelude {
  readonly task: Task;
  readonly shape: Shape;
  /** What is said before training, line by line, in the terminal and in the report. */
  readonly facts: readonly (readonly [string, string])[];
}

/** Which backend runs, and, where it is not the native one, why. */
function backendText(options: Options): string {
  const { name, instructionSet, threads, reason } = backend(options.backend);
  if (name === 'native') return `native (${instructionSet}), ${threads} thread${threads === 1 ? '' : 's'}`;
  return `WebAssembly (${instructionSet}), several times slower than native: ${reason}`;
}

/** Reads the data, and says what is about to be trained. */
export function prelude(options: Options, optimizer: string): Prelude {
  const task = makeTask(options.buckets, options.seed, joinedNames(options.seed));
  const shape: Shape = { buckets: options.buckets, width, classes: task.languages.length };
  const size = (shape.buckets + shape.classes) * width + shape.classes;
  const learnt = task.train.labels.length;
  const tested = task.single.labels.length;
  const facts: [string, string][] = [
    [
      'Data',
      `${count(learnt + tested)} names of regions, languages, scripts and currencies in ${shape.classes} languages`,
    ],
    ['Split', `${count(learnt)} names to learn, ${count(tested)} of other concepts to test`],
    ['Model', `embedding ${count(shape.buckets)} × ${width} and a linear layer: ${compact(size)} parameters`],
    ['Optimizer', optimizer],
    ['Backend', backendText(options)],
  ];
  for (const [name, value] of facts) console.log(`  ${name.padEnd(11)}${value}`);
  console.log();
  return { task, shape, facts };
}

/** The command line: what can be said, what is meant when nothing is said, and what is refused. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import {
  catalogue,
  type Hyper,
  hyperNames,
  type OptimizerName,
  optimizerNames,
  type ScheduleName,
  scheduleNames,
} from './catalogue.js';
import { didYouMean } from './did-you-mean.js';

export const batchModes = ['batch', 'mini-batch', 'stochastic'] as const;
export type BatchMode = (typeof batchModes)[number];

export const backendNames = ['auto', 'native', 'wasm'] as const;
export type BackendName = (typeof backendNames)[number];

export interface Options {
  readonly optimizer: OptimizerName;
  readonly hypers: Partial<Readonly<Record<Hyper, number>>>;
  readonly lr: number;
  readonly schedule: ScheduleName;
  /** Steps of warm-up before the schedule. */
  readonly warmup: number;
  readonly batch: BatchMode;
  /** Of mini-batches. */
  readonly batchSize: number;
  readonly epochs: number;
  /** The most steps to take, whatever the epochs say. */
  readonly steps: number;
  readonly buckets: number;
  readonly backend: BackendName;
  /** Undefined is what lanestep does by itself. */
  readonly threads: number | undefined;
  readonly seed: number;
  /** Train with every optimizer for a while instead of with one for long. */
  readonly compare: boolean;
  readonly quick: boolean;
  /** Also train with Adam in plain JavaScript, to see the difference. */
  readonly race: boolean;
  readonly report: string;
  readonly texts: readonly string[];
}

/** A command line that cannot be meant. The message is one line and says what to write instead. */
export class UsageError extends Error {}

const flags = {
  optimizer: { type: 'string', short: 'o' },
  schedule: { type: 'string' },
  warmup: { type: 'string' },
  batch: { type: 'string' },
  'batch-size': { type: 'string' },
  epochs: { type: 'string' },
  steps: { type: 'string' },
  buckets: { type: 'string' },
  backend: { type: 'string' },
  threads: { type: 'string' },
  seed: { type: 'string' },
  compare: { type: 'boolean' },
  quick: { type: 'boolean' },
  'no-race': { type: 'boolean' },
  report: { type: 'string' },
  text: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

/** What was written, before anything is checked. */
type Values = {
  [K in keyof typeof flags]?: (typeof flags)[K]['type'] extends 'boolean' ? boolean : string;
} & {
  [K in Hyper]?: string;
};

/** What the command line says, or null if it asks for help. */
export function parseOptions(args: readonly string[]): Options | null {
  const { text: texts = [], ...values } = read(args);
  if (values.help) return null;
  if (values.compare)
    refuseBeside(
      '--compare, which trains every optimizer with its defaults',
      texts.length > 0 ? { ...values, text: '' } : values,
      ['optimizer', 'schedule', 'warmup', 'text', ...hyperNames],
    );
  const optimizer = oneOf('optimizer', values.optimizer ?? 'adam', optimizerNames);
  const isRprop = optimizer === 'rprop';
  // Rprop compares the signs of whole gradients; those of small batches turn by chance.
  const batch = oneOf('batch', values.batch ?? (isRprop ? 'batch' : 'mini-batch'), batchModes);
  if (batch !== 'mini-batch' && values['batch-size'] !== undefined) {
    throw new UsageError(`--batch-size is for --batch mini-batch, not for --batch ${batch}: leave one out`);
  }
  const schedule = oneOf(
    'schedule',
    values.schedule ?? (isRprop || values.compare ? 'constant' : 'cosine'),
    scheduleNames,
  );
  const warmup = whole('warmup', values.warmup ?? '0', 0);
  if (isRprop && (schedule !== 'constant' || warmup > 0)) {
    throw new UsageError('Rprop finds its own step sizes: leave out --schedule and --warmup');
  }
  if (schedule === 'onecycle' && warmup > 0) {
    throw new UsageError('--schedule onecycle warms up by itself: leave out --warmup');
  }
  const quick = values.quick ?? false;
  const small = quick || values.compare === true;
  const given = hypersFor(optimizer, values);
  const isPlainAdam = optimizer === 'adam' && Object.keys(given).every(name => name === 'lr');
  return {
    optimizer,
    hypers: given,
    lr: given.lr ?? usualLr(optimizer, batch),
    schedule,
    warmup,
    batch,
    batchSize: whole('batch-size', values['batch-size'] ?? '256', 1),
    epochs: whole('epochs', values.epochs ?? defaultEpochs(batch, small), 1),
    steps: whole('steps', values.steps ?? String(Number.MAX_SAFE_INTEGER), 1),
    buckets: powerOfTwo('buckets', values.buckets ?? String(defaultBuckets(batch, small))),
    backend: oneOf('backend', values.backend ?? 'auto', backendNames),
    threads: values.threads === undefined ? undefined : whole('threads', values.threads, 1, 256),
    seed: whole('seed', values.seed ?? '1', 0),
    compare: values.compare ?? false,
    quick,
    // The JavaScript that it races against has Adam's defaults and nothing else.
    race: !values['no-race'] && !small && batch === 'mini-batch' && isPlainAdam,
    report: values.report ?? 'report.html',
    texts,
  };
}

/** One example says little, so its steps are smaller. */
export function usualLr(optimizer: OptimizerName, batch: BatchMode): number {
  return catalogue[optimizer]!.lr / (batch === 'stochastic' ? 16 : 1);
}

function defaultEpochs(batch: BatchMode, small: boolean): string {
  if (batch === 'batch') return small ? '5' : '20';
  return small || batch === 'stochastic' ? '1' : '4';
}

/** A step is over all parameters: where steps are many, the model is small. */
function defaultBuckets(batch: BatchMode, small: boolean): number {
  if (batch === 'stochastic') return 2 ** 12;
  return small ? 2 ** 14 : 2 ** 17;
}

function read(args: readonly string[]): Values & { text?: string[] } {
  const all = {
    ...flags,
    ...Object.fromEntries(hyperNames.map(name => [name, { type: 'string' as const }])),
  };
  try {
    return parseArgs({ args: [...args], options: all, strict: true, allowPositionals: false })
      .values as Values & {
      text?: string[];
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const word = /'(-{0,2}[^' ]*)/.exec(message)?.[1] ?? '';
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      throw new UsageError(
        `Unknown option ${word}${didYouMean(word.replace(/^-+/, ''), Object.keys(all), '--')}: see --help`,
      );
    }
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw new UsageError(`Unexpected argument "${word}": options begin with --, and texts go after --text`);
    }
    // An option without its value, a flag with one, or a value that looks like an option.
    throw new UsageError(message.replace(/\s*\n\s*/g, ' '));
  }
}

function refuseBeside(what: string, values: Values, names: readonly (keyof Values)[]): void {
  const found = names.find(name => values[name] !== undefined);
  if (found !== undefined) throw new UsageError(`--${found} does not go with ${what}: leave one out`);
}

function hypersFor(optimizer: OptimizerName, values: Values): Partial<Record<Hyper, number>> {
  const { title, takes } = catalogue[optimizer]!;
  const given: Partial<Record<Hyper, number>> = {};
  for (const name of hyperNames) {
    const value = values[name];
    if (value === undefined) continue;
    if (!takes.includes(name)) {
      throw new UsageError(
        `${title} has no --${name}; it takes ${takes.map(known => `--${known}`).join(', ')}`,
      );
    }
    given[name] = number(name, value);
  }
  return given;
}

function number(name: string, value: string): number {
  const parsed = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(parsed)) throw new UsageError(`Expected a number for --${name}, got "${value}"`);
  return parsed;
}

function whole(name: string, value: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const parsed = number(name, value);
  if (Number.isSafeInteger(parsed) && parsed >= least && parsed <= most) return parsed;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new UsageError(`Expected a whole number ${range} for --${name}, got "${value}"`);
}

function powerOfTwo(name: string, value: string): number {
  const parsed = whole(name, value, 2, 2 ** 22);
  if ((parsed & (parsed - 1)) === 0) return parsed;
  throw new UsageError(
    `Expected a power of two for --${name}, such as ${2 ** Math.round(Math.log2(parsed))}, got "${value}"`,
  );
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find(choice => choice === value);
  if (found !== undefined) return found;
  throw new UsageError(
    `Unknown value "${value}" for --${name}${didYouMean(value, choices)}: expected one of ${choices.join(', ')}`,
  );
}

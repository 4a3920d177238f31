/**
 * PyTorch, where there is a Python that has it. It runs in a process of Python's for as long as the race, and times its own
 * steps there (torch.py): timed from here, a step would be mostly the way to and fro.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type StepOptions, stepOptions } from '#lanestep/step-options.js';
import type { Task } from './contestant.js';
import { gradientsOf, period, startOf } from './data.js';

/** PyTorch in its process. Only one thing can be asked at a time. */
export interface TorchProcess {
  /** The Python that it runs in. */
  readonly interpreter: string;
  /** Who takes the steps of the present task: `torch 2.8.0+cpu fused`. */
  describe(): string;
  /** Null, or why it cannot take part. */
  prepare(task: Task): Promise<string | null>;
  /** Takes so many steps. */
  checkSteps(times: number): Promise<void>;
  /** The first elements of each parameter, at most so many: they travel as text. */
  parameters(most?: number): Promise<(Float32Array | Float64Array)[]>;
  /** Steps for so many seconds; tells the median of the seconds of a step, and how many steps it took. */
  turn(seconds: number): Promise<{ seconds: number; steps: number }>;
  /** Ends a case. */
  dispose(): Promise<void>;
  quit(): Promise<void>;
}

// PyTorch's version, once it was found.
let version = '';

// In ulps of float64, what is left of a number that was a float32 on its way.
const asFloat32 = 2 ** 30;

/**
 * How far a parameter may be off after 20 steps, in its type's ulps, from the same steps in float64; null where the formula of
 * the version that was found is another.
 */
export function ulpsAllowed({ optimizer, dtype }: Task): number | null {
  const wide = dtype === 'float64';
  switch (optimizer) {
    // Up to 1.13 its for-loop multiplied the momentum of a step in twice. Since then it keeps the product in float32, ...
    case 'NAdam':
      return Number.parseInt(version, 10) < 2 ? null : wide ? asFloat32 : 32;
    // ... and this one eta and mu, whatever the parameters are.
    case 'ASGD':
      return wide ? asFloat32 : 32;
    // With the usual numbers it leads a parameter close to zero, where the ulps are small.
    case 'RMSprop':
      return 128;
    // Its length is a small difference of large numbers at first, so that the last bit of a power shows; 1.13's foreach
    // computes it in float32.
    case 'RAdam':
      return wide ? asFloat32 : 64;
    default:
      return 32;
  }
}

// Compiled, the program is in another folder than the Python beside its source.
const script = ['./torch.py', '../../../bench/contestants/torch.py']
  .map(path => fileURLToPath(new URL(path, import.meta.url)))
  .find(path => existsSync(path));

type Answer = Readonly<Record<string, unknown>>;

/** A process that answers each line with one. */
class Lines {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #ended: string | null = null;
  #wake = () => {};

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      this.#lines.push(line);
      this.#wake();
    });
    const end = (how: string) => {
      this.#ended ??= how;
      this.#wake();
    };
    this.#child.once('error', error =>
      end('code' in error && error.code === 'ENOENT' ? 'not there' : error.message),
    );
    this.#child.once('close', (code, signal) => end(`ended with ${signal ?? code}`));
    // Writing to one that has ended is told by the answer that does not come.
    this.#child.stdin!.on('error', () => {});
  }

  /** The next line, or how it ended. */
  async next(): Promise<Answer | string> {
    while (this.#lines.length === 0 && this.#ended === null) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const line = this.#lines.shift();
    return line === undefined ? this.#ended! : JSON.parse(line);
  }

  async ask(question: object): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    const answer = await this.next();
    if (typeof answer === 'string') throw new Error(`PyTorch ${answer}`);
    if ('error' in answer) throw new Error(`PyTorch: ${answer.error}`);
    return answer;
  }

  /** Closes its input, which is its end. */
  async close(): Promise<void> {
    this.#child.stdin!.end();
    while (typeof (await this.next()) !== 'string');
  }
}

/** Python by its name, and where systems keep their own when another one comes first. */
const usual = ['python3', '/usr/bin/python3'];

/** @param candidates the Pythons to look for PyTorch in; the first that has it is taken */
export async function load(threads: number, candidates = usual): Promise<TorchProcess | string> {
  if (script === undefined) return 'is not here: torch.py was not packed';
  const missing: string[] = [];
  for (const candidate of candidates) {
    const lines = new Lines(candidate, ['-u', script, String(threads)]);
    const greeting = await lines.next();
    if (typeof greeting === 'string') missing.push(`${candidate} (${greeting})`);
    else if (typeof greeting.version === 'string') {
      version = greeting.version;
      return new Torch(lines, candidate);
    } else missing.push(`${candidate} (${greeting.missing})`);
  }
  return `is not here: looked for a Python with torch in ${missing.join(', ')}`;
}

/** The options that PyTorch is asked for: not what every optimizer takes here and not there, where it is as if it were not. */
export const askedOf = ({ options }: Task): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => !(name in stepOptions && value === stepOptions[name as keyof StepOptions].default),
    ),
  );

class Torch implements TorchProcess {
  readonly interpreter: string;
  readonly #lines: Lines;
  #task: Task | null = null;
  #way = '';

  constructor(lines: Lines, interpreter: string) {
    this.#lines = lines;
    this.interpreter = interpreter;
  }

  describe(): string {
    return `torch ${version} ${this.#way}`.trimEnd();
  }

  async prepare(task: Task): Promise<string | null> {
    const { optimizer, dtype, lengths } = task;
    const short = { ...task, lengths: [period] };
    const [start, gradient] = [startOf(short), gradientsOf(short)].map(([values]) => [...values!]);
    const asked = { optimizer, options: askedOf(task), dtype, lengths, start, gradient };
    const { lacking, way } = await this.#lines.ask({ do: 'prepare', task: asked });
    if (lacking !== undefined) return String(lacking);
    this.#task = task;
    this.#way = String(way);
    return null;
  }

  async checkSteps(times: number): Promise<void> {
    await this.#lines.ask({ do: 'steps', times });
  }

  async parameters(most = 100): Promise<(Float32Array | Float64Array)[]> {
    const { arrays } = await this.#lines.ask({ do: 'parameters', most });
    return (arrays as string[]).map(text => {
      const wide = new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
      return this.#task!.dtype === 'float32' ? Float32Array.from(wide) : wide;
    });
  }

  async turn(seconds: number): Promise<{ seconds: number; steps: number }> {
    const answer = await this.#lines.ask({ do: 'turn', seconds });
    return { seconds: Number(answer.seconds), steps: Number(answer.steps) };
  }

  async dispose(): Promise<void> {
    this.#task = null;
    this.#way = '';
    await this.#lines.ask({ do: 'dispose' });
  }

  quit(): Promise<void> {
    return this.#lines.close();
  }
}

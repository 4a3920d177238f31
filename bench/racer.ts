/** A contestant as the race sees it, whatever process it is in. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task } from './contestants/contestant.js';
import type { Contestant } from './contestants/index.js';
import { load as loadTorch, ulpsAllowed as torchUlpsAllowed } from './contestants/torch.js';
import type { Question } from './process.js';
import { type Seen, see } from './seen.js';
import type { Turn } from './turn.js';

/** Someone in the race. Only one of all is asked for something at a time. */
export interface Racer {
  readonly contestant: Contestant;
  /** Null, or why it cannot take part in this. */
  prepare(task: Task): Promise<string | null>;
  /** Takes so many steps, and looks. */
  step(times: number): Promise<Seen | null>;
  /** After twenty steps, how far from float64 it may be in ulps; null where its formula is another one than ours. */
  ulpsAllowed(task: Task): Promise<number | null>;
  /** Steps for so many seconds. */
  turn(seconds: number): Promise<Turn>;
  /** What the parameters are; null where there is nothing to look at, or no way to. */
  look(): Promise<Seen | null>;
  /** Ends a case. */
  dispose(): Promise<void>;
  quit(): Promise<void>;
}

const script = fileURLToPath(new URL('./process.js', import.meta.url));

class ForkedRacer implements Racer {
  readonly contestant: Contestant;
  readonly #child: ChildProcess;

  constructor(contestant: Contestant) {
    this.contestant = contestant;
    this.#child = fork(script, {
      env: { ...process.env, ...contestant.env },
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  ask<T>(name: Question['name'], ...args: readonly unknown[]): Promise<T> {
    const question: Question = { name, args };
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null) =>
        reject(new Error(`${this.contestant.name} ended with ${signal ?? code} when asked for ${name}`));
      this.#child.once('exit', ended);
      this.#child.once('message', (message: { answer: T } | { error: string }) => {
        this.#child.off('exit', ended);
        if ('error' in message) reject(new Error(`${this.contestant.name}: ${message.error}`));
        else resolve(message.answer);
      });
      this.#child.send(question);
    });
  }

  prepare(task: Task): Promise<string | null> {
    return this.ask('prepare', task);
  }

  step(times: number): Promise<Seen | null> {
    return this.ask('step', times);
  }

  ulpsAllowed(task: Task): Promise<number | null> {
    return this.ask('ulpsAllowed', task);
  }

  turn(seconds: number): Promise<Turn> {
    return this.ask('turn', seconds);
  }

  look(): Promise<Seen | null> {
    return this.ask('look');
  }

  async dispose(): Promise<void> {
    await this.ask('dispose');
  }

  async quit(): Promise<void> {
    this.#child.disconnect();
  }
}

/** Starts a contestant, or tells why it cannot take part at all. */
export async function start(contestant: Contestant): Promise<Racer | string> {
  if (contestant.file === null) return loadTorchRacer(contestant);
  const racer = new ForkedRacer(contestant);
  const reason = await racer.ask<string | null>('load', contestant.file, contestant.threads);
  if (reason === null) return racer;
  await racer.quit();
  return reason;
}

async function loadTorchRacer(contestant: Contestant): Promise<Racer | string> {
  const torch = await loadTorch(contestant.threads);
  if (typeof torch === 'string') return torch;
  return {
    contestant,
    prepare: task => torch.prepare(task),
    async step(times) {
      await torch.checkSteps(times);
      return see(await torch.parameters());
    },
    ulpsAllowed: async task => torchUlpsAllowed(task),
    turn: async seconds => {
      const { seconds: each, steps } = await torch.turn(seconds);
      return { seconds: each, calls: steps };
    },
    look: async () => null,
    dispose: () => torch.dispose(),
    quit: () => torch.quit(),
  };
}

/** A contestant as the race sees it, whatever process it is in. */
import type { Task } from './contestants/contestant.js';
import type { Contestant } from './contestants/index.js';
import { load as loadTorch, ulpsAllowed as torchUlpsAllowed } from './contestants/torch.js';
import { Child } from './messages.js';
import type { Answers } from './process.js';
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

const script = new URL('./process.js', import.meta.url);

class ForkedRacer implements Racer {
  readonly contestant: Contestant;
  readonly #child: Child<Answers>;

  constructor(contestant: Contestant) {
    this.contestant = contestant;
    this.#child = new Child(contestant.name, script, contestant.env);
  }

  /** Null, or why it cannot take part at all. */
  load(file: string): Promise<string | null> {
    return this.#child.ask('load', file, this.contestant.threads);
  }

  prepare(task: Task): Promise<string | null> {
    return this.#child.ask('prepare', task);
  }

  step(times: number): Promise<Seen | null> {
    return this.#child.ask('step', times);
  }

  ulpsAllowed(task: Task): Promise<number | null> {
    return this.#child.ask('ulpsAllowed', task);
  }

  turn(seconds: number): Promise<Turn> {
    return this.#child.ask('turn', seconds);
  }

  look(): Promise<Seen | null> {
    return this.#child.ask('look');
  }

  async dispose(): Promise<void> {
    await this.#child.ask('dispose');
  }

  async quit(): Promise<void> {
    this.#child.quit();
  }
}

/** Starts a contestant, or tells why it cannot take part at all. */
export async function start(contestant: Contestant): Promise<Racer | string> {
  if (contestant.file === null) return loadTorchRacer(contestant);
  const racer = new ForkedRacer(contestant);
  const reason = await racer.load(contestant.file);
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

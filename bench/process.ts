/**
 * The process of one contestant. What it is asked for comes as messages, each is answered by one: the parent alternates
 * between the contestants, so a process sleeps while another's is timed.
 */
import type { Module, Prepare, Ready, Task } from './contestants/contestant.js';
import { answering, collectGarbage } from './messages.js';
import { type Seen, see } from './seen.js';
import { Turns } from './turn.js';

let prepare: Prepare;
let ulpsAllowed: Module['ulpsAllowed'];
let ready: Ready | null = null;
let turns: Turns;

function look(): Seen | null {
  const arrays = ready!.parameters();
  return arrays === null ? null : see(arrays);
}

/** What can be asked for. */
const answers = {
  async load(file: string, threads: number): Promise<string | null> {
    const module: Module = await import(`./contestants/${file}.js`);
    const loaded = await module.load(threads);
    if (typeof loaded === 'string') return loaded;
    prepare = loaded;
    ulpsAllowed = module.ulpsAllowed;
    return null;
  },
  prepare(task: Task): string | null {
    const prepared = prepare(task);
    if (typeof prepared === 'string') return prepared;
    ready = prepared;
    turns = new Turns(ready.run);
    return null;
  },
  step(times: number): Seen | null {
    for (let i = 0; i < times; i++) ready!.run();
    return look();
  },
  ulpsAllowed: (task: Task) => ulpsAllowed?.(task) ?? null,
  turn: (seconds: number) => turns.take(seconds),
  look,
  dispose(): null {
    ready?.dispose();
    ready = null;
    collectGarbage();
    return null;
  },
};

export type Answers = typeof answers;

answering(answers);

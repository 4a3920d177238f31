/** One thread of the soak: two pairs, and something done to one of them, over and over, until the thread is ended. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { setThreads } from '../../src/index.js';
import { Generator } from '../random/generator.js';
import { checkFreed } from './freed.js';
import { drawMaking, type Making, Pair } from './pair.js';
import { Sign } from './sign.js';
import { Stock } from './stock.js';

/** What a worker is told. */
export interface Orders {
  readonly id: number;
  readonly seed: number;
  /** Where it saves, and where those before it have saved. */
  readonly folder: string;
  /** Shared: see `Sign`. */
  readonly signs: Int32Array;
}

/** What a worker tells now and then. */
export interface Report {
  readonly steps: number;
  readonly optimizers: number;
  readonly saves: number;
  readonly resumed: number;
}

const { id, seed, folder, signs } = workerData as Orders;
signs[Sign.loaded] = 1;
const random = new Generator(seed, id);
const stock = new Stock(random);
const count = { steps: 0, optimizers: 0, saves: 0, resumed: 0 };

const noteOf = (slot: number): string => join(folder, `${id}-${slot}.json`);
const pathOf = (slot: number, { variant, size, dtype }: Making): string =>
  join(folder, [id, slot, variant, size, dtype].join('-'));

function begin(slot: number, making: Making): Pair {
  count.optimizers += 2;
  return new Pair(making, stock, String(slot), random);
}

/** Runs what opens files. */
async function filing<T>(work: () => Promise<T>): Promise<T> {
  signs[Sign.filing] = 1;
  try {
    return await work();
  } finally {
    signs[Sign.filing] = 0;
  }
}

/** Goes on with what was saved last in this slot, or begins anew. */
async function resume(slot: number): Promise<Pair> {
  if (!existsSync(noteOf(slot))) return begin(slot, drawMaking(random));
  const making: Making = JSON.parse(readFileSync(noteOf(slot), 'utf8'));
  const pair = begin(slot, making);
  if (!(await filing(() => pair.load(pathOf(slot, making)))))
    throw new Error(`${pair.title} was saved, but is not there`);
  pair.check(true);
  count.resumed++;
  return pair;
}

async function save(slot: number, pair: Pair): Promise<void> {
  await filing(() => pair.save(pathOf(slot, pair.making)));
  const note = `${noteOf(slot)}.new`;
  writeFileSync(note, JSON.stringify(pair.making));
  renameSync(note, noteOf(slot));
  count.saves += 2;
}

type Act = 'step' | 'apart' | 'set' | 'move' | 'state' | 'memory' | 'save' | 'load' | 'frees' | 'anew';
const acts: Record<Act, number> = {
  step: 1000,
  apart: 300,
  set: 40,
  move: 80,
  state: 40,
  memory: 30,
  save: 20,
  load: 10,
  frees: 1,
  anew: 40,
};

async function act(slot: number, pair: Pair): Promise<Pair> {
  const what = random.weighted(acts);
  if (what === 'step' || what === 'apart') {
    await pair.step(what === 'apart', random);
    count.steps++;
  } else if (what === 'set') {
    pair.set(random);
  } else if (what === 'move') {
    pair.move(random);
  } else if (what === 'state' || what === 'memory') {
    pair.exchange(what === 'memory');
  } else if (what === 'save') {
    await save(slot, pair);
  } else if (what === 'load') {
    await save(slot, pair);
    await filing(() => pair.load(pathOf(slot, pair.making)));
  } else if (what === 'frees') {
    checkFreed(stock);
  } else {
    // One that was not disposed is for the collector.
    if (random.chance(0.7)) pair.dispose();
    return begin(slot, drawMaking(random));
  }
  return pair;
}

setThreads(1 + random.below(3));
checkFreed(stock);
const pairs = [await resume(0), await resume(1)];
for (;;) {
  for (let i = 0; i < 25; i++) {
    const slot = random.below(2);
    const pair = pairs[slot]!;
    try {
      pairs[slot] = await act(slot, pair);
      if (random.chance(0.2)) pairs[slot].check(random.chance(0.1));
    } catch (error) {
      throw new Error(`${pair.title}: ${(error as Error).message}`, { cause: error });
    }
  }
  parentPort!.postMessage({ ...count } satisfies Report);
  count.steps = count.optimizers = count.saves = count.resumed = 0;
  // A turn of the loop, so that the thread can be asked to end between steps, too.
  await new Promise(setImmediate);
}

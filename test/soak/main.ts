/** `main.js [minutes]`: threads that train, save, load and are ended at random for some time (scripts/soak.sh). SEED draws another. */
import { mkdtempSync, readdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { backend } from '../../src/index.js';
import { Generator } from '../random/generator.js';
import { Sign } from './sign.js';
import { canWatch, filesOpen, growth, type Look, look, medianOf, text } from './watch.js';
import type { Orders, Report } from './worker.js';

const minutes = Number(process.argv[2] || 20);
const seed = Number(process.env.SEED || 1);
if (!(minutes >= 1)) throw new RangeError('Expected at least one minute');
const { instructionSet } = backend('native');
const random = new Generator(seed);
const folder = mkdtempSync(join(tmpdir(), 'lanestep-soak-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const total = { steps: 0, optimizers: 0, saves: 0, resumed: 0, ended: 0, endedFiling: 0 };
let failure: string | null = null;

/** A thread, which another takes the place of when it is ended. */
class Seat {
  readonly #id: number;
  readonly #signs = new Int32Array(new SharedArrayBuffer(8));
  #worker: Worker;
  #generation = 0;

  constructor(id: number) {
    this.#id = id;
    this.#worker = this.#begin();
  }

  #begin(): Worker {
    const signs = this.#signs.fill(0);
    const orders: Orders = { id: this.#id, seed: seed * 1_000_000 + this.#generation++, folder, signs };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: orders });
    worker.on('message', (report: Report) => {
      for (const key of ['steps', 'optimizers', 'saves', 'resumed'] as const) total[key] += report[key];
    });
    worker.on('error', error => {
      failure ??= `worker ${this.#id}: ${error.stack}`;
    });
    return worker;
  }

  /** Whether it has begun to work. To end one that loads its modules leaves files open: Node's, not ours. */
  get works(): boolean {
    return this.#signs[Sign.loaded] === 1;
  }

  async renew(): Promise<void> {
    await this.#worker.terminate();
    total.ended++;
    total.endedFiling += this.#signs[Sign.filing]!;
    this.#worker = this.#begin();
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Files that a thread which was ended was about to write: they are the process' own until it ends. */
function sweep(): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // A thread that lives may be writing one, and put it in its place at any time.
    const age = name.endsWith('.tmp')
      ? Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity)
      : 0;
    if (age > 120_000) unlinkSync(path);
  }
}

const seats = [new Seat(0), new Seat(1)];
const began = Date.now();
// The first quarter warms up, but no more than two minutes of it.
const warm = Math.min(2, minutes / 4);
const looks: { readonly minute: number; readonly look: Look }[] = [];
let told = 0;
let renewal = 2000;
while (failure === null) {
  await sleep(500);
  const elapsed = Date.now() - began;
  const minute = elapsed / 60_000;
  looks.push({ minute, look: look() });
  // One lives long, once all is warm: what it loses stays lost.
  const seat = minute < warm ? random.pick(seats) : seats[0]!;
  if (elapsed > renewal && seat.works) {
    await seat.renew();
    renewal = Date.now() - began + (random.chance(0.2) ? 0 : 1000 + random.below(9000));
  }
  if (Math.floor(minute) > told) {
    told = Math.floor(minute);
    sweep();
    const { steps, optimizers, saves, resumed, ended, endedFiling } = total;
    const last = medianOf(looks.filter(each => each.minute >= told - 1).map(each => each.look));
    console.log(
      `soak: minute ${told}: ${steps} steps, ${optimizers} optimizers, ${saves} files saved, ${ended} threads ended (${endedFiling} at their files), ` +
        `${resumed} optimizers resumed; ${text(last)}`,
    );
  }
  if (minute >= minutes) break;
}
const files = filesOpen();
for (const seat of seats) await seat.end();

const between = (from: number, to: number): Look =>
  medianOf(looks.filter(({ minute }) => minute >= from && minute < to).map(each => each.look));
const measured = minutes - warm;
// What a thread was about to open when it was ended, Node never closes: that of one in the midst of its files may stay.
const unclosed = total.endedFiling;
if (failure === null && canWatch)
  failure = growth(
    between(warm, warm + measured / 3),
    between(minutes - measured / 3, Number.POSITIVE_INFINITY),
    unclosed,
  );
if (failure === null && (total.steps === 0 || total.resumed === 0)) failure = 'nothing happened';
if (failure !== null) {
  console.log(`soak: FAILED (seed ${seed}): ${failure}\nopen files: ${files}`);
  process.exitCode = 1;
} else {
  console.log(
    `soak: ${minutes} minutes on native (${instructionSet}) beside wasm: 0 bits differ${
      canWatch
        ? ', and memory, threads and files stayed what they were'
        : '; there is no /proc to watch memory by'
    } (Node ${process.versions.node})`,
  );
}

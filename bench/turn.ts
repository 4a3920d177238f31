/** The turns of one contestant in one case, timed by Benchmark.js. */
import Benchmark from 'benchmark';
import { median } from './statistics.js';

/** What a turn was. */
export interface Turn {
  /** Seconds of a call: the median of the turn's samples. */
  readonly seconds: number;
  /** Calls in all. */
  readonly calls: number;
}

/** Samples that a turn is cut into. */
const samples = 4;

/** Calls shorter than this go in batches: the loop of Benchmark.js is compiled anew for every sample, and slow at first. */
const leastSample = 20e-6;

/** Someone's turns: what one learns about the length of a call serves the next. */
export class Turns {
  readonly #run: () => void;
  // Of a call; not known before the first turn.
  #seconds = 0;

  /**
   * @param run a closure without arguments: with `setup` or `teardown` Benchmark.js would compile it anew, and what it
   * closes over would be lost
   */
  constructor(run: () => void) {
    this.#run = run;
  }

  /**
   * Calls it again and again for so many seconds, and at least once.
   *
   * @throws what it throws, which Benchmark.js itself only leaves in the benchmark
   */
  take(seconds: number): Turn {
    const run = this.#run;
    const batch = this.#seconds === 0 ? 1 : Math.max(1, Math.round(leastSample / this.#seconds));
    let calls = 0;
    const counted = () => {
      calls += batch;
      for (let i = 0; i < batch; i++) run();
    };
    const batches = this.#seconds === 0 ? 1 : seconds / samples / (this.#seconds * batch);
    const bench = new Benchmark(counted, {
      maxTime: seconds,
      // Half of what the count of calls should take, so that it is right at once: to find it out costs milliseconds.
      minTime: seconds / samples / 2,
      minSamples: 1,
      initCount: Math.max(1, Math.round(batches)),
    });
    bench.run({ async: false });
    if (bench.error) throw bench.error;
    this.#seconds = median(bench.stats.sample) / batch;
    return { seconds: this.#seconds, calls };
  }
}

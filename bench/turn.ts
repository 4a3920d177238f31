/** One turn of one contestant, timed by Benchmark.js. */
import Benchmark from 'benchmark';
import { median } from './statistics.js';

/** What a turn was. */
export interface Turn {
  /** Seconds of a call: the median of the turn's samples. */
  readonly seconds: number;
  /** Calls in all. */
  readonly calls: number;
}

/**
 * Calls `run` again and again for so many seconds, and at least once. It must be a closure without arguments: with `setup`
 * or `teardown` Benchmark.js would compile it anew, and what it closes over would be lost.
 *
 * @throws what `run` throws, which Benchmark.js itself only leaves in the benchmark
 */
export function turn(run: () => void, seconds: number): Turn {
  let calls = 0;
  const counted = () => {
    calls++;
    run();
  };
  const bench = new Benchmark(counted, {
    maxTime: seconds,
    minTime: seconds / 4,
    minSamples: 1,
    initCount: 1,
  });
  bench.run({ async: false });
  if (bench.error) throw bench.error;
  return { seconds: median(bench.stats.sample), calls };
}

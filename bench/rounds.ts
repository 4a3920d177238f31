/**
 * Contestants against each other: round by round, so that what the machine does meanwhile befalls them all. Benchmark.js
 * does the timing of each turn; medians over the rounds are reported, and ratios are medians of the rounds' ratios.
 */
import Benchmark from 'benchmark';

/** Something to be timed. It must be a closure without arguments: Benchmark.js calls it in a loop of its own. */
export interface Contestant {
  readonly name: string;
  readonly run: () => void;
}

/** What became of a contestant. */
export interface Score {
  readonly name: string;
  /** Seconds per call, one for each round. */
  readonly samples: readonly number[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

// One turn of one contestant: the seconds of a call, by Benchmark.js. Errors within a benchmark are only left in it.
function turn({ name, run }: Contestant, seconds: number): number {
  const bench = new Benchmark(name, run, {
    maxTime: seconds,
    minTime: seconds / 4,
    minSamples: 3,
    initCount: 1,
  });
  bench.run({ async: false });
  if (bench.error) throw bench.error;
  return median(bench.stats.sample);
}

/** Runs all contestants in turn, again and again. */
export function compete(contestants: readonly Contestant[], rounds = 7, seconds = 0.05): Score[] {
  for (const contestant of contestants) turn(contestant, seconds);
  const samples = contestants.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    contestants.forEach((contestant, i) => {
      samples[i]!.push(turn(contestant, seconds));
    });
  }
  return contestants.map(({ name }, i) => ({ name, samples: samples[i]! }));
}

/** How many times as long the first takes as the second. */
export const ratio = (a: Score, b: Score): number => median(a.samples.map((x, i) => x / b.samples[i]!));

/**
 * What can be said of samples without supposing how they are distributed: times of a busy machine have long tails and
 * several humps, so there is no mean here and no standard deviation.
 */

/** From `low` to `high`, and how often an interval made like this holds what it is for: 0.96 says 96 times of 100. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
}

/** An estimate in its interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How likely n tosses of a coin show at most k heads. */
function heads(n: number, k: number): number {
  let term = 2 ** -n;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += term;
    term *= (n - i) / (i + 1);
  }
  return sum;
}

/**
 * The median, between the two samples that lie equally deep and as deep as the wanted coverage lets them. A sample is below
 * the true median as a coin shows heads, so the coverage is exact for every continuous distribution. Few samples reach no
 * 95 %: five give 94 % from the least to the greatest, three 75 %, and `coverage` says so.
 */
export function medianInterval(values: readonly number[], wanted = 0.95): Estimate {
  const sorted = ascending(values);
  const n = sorted.length;
  const coverage = (depth: number): number => 1 - 2 * heads(n, depth);
  let depth = 0;
  while (2 * (depth + 1) < n - 1 && coverage(depth + 1) >= wanted) depth++;
  return {
    value: median(values),
    low: sorted[depth]!,
    high: sorted[n - 1 - depth]!,
    coverage: Math.max(0, coverage(depth)),
  };
}

/**
 * a : b for contestants of one case, whose k-th samples were taken one after another: the median of the rounds' ratios, so
 * that what the machine did in a round is divided out.
 */
export function pairedRatio(a: readonly number[], b: readonly number[]): Estimate {
  const rounds = Math.min(a.length, b.length);
  return medianInterval(Array.from({ length: rounds }, (_, k) => a[k]! / b[k]!));
}

/**
 * Whether a ratio may as well be 1. The interval of the ratio is asked, and not whether the intervals of the two medians
 * overlap: those still hold the drift that both suffered alike, and two of 95 % that just touch are far apart for their pair.
 */
export const aboutEqual = ({ low, high }: Interval): boolean => low <= 1 && 1 <= high;

/** How many of the subsets of so many members have each sum, for small whole numbers: `[members][sum]`. */
function subsets(numbers: readonly number[], members: number): Float64Array {
  const total = numbers.reduce((sum, x) => sum + x, 0);
  const ways = Array.from({ length: members + 1 }, () => new Float64Array(total + 1));
  ways[0]![0] = 1;
  let reached = 0;
  numbers.forEach((x, i) => {
    reached += x;
    for (let k = Math.min(i + 1, members); k > 0; k--) {
      const [fewer, more] = [ways[k - 1]!, ways[k]!];
      for (let sum = x; sum <= reached; sum++) more[sum]! += fewer[sum - x]!;
    }
  });
  return ways[members]!;
}

/** Together so many samples are still counted out. The counts are whole numbers that a double holds exactly. */
const countable = 40;

/** 1 - erf: a series without cancellation for small arguments, a continued fraction for large ones. */
function erfc(x: number): number {
  const bell = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; n < 60; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - bell * sum;
  }
  let fraction = x;
  for (let n = 100; n > 0; n--) fraction = x + n / 2 / fraction;
  return bell / fraction;
}

/** How likely a Mann-Whitney U of n and m samples without ties is at most u. */
function tail(n: number, m: number, u: number): number {
  if (n + m > countable) {
    const z = ((n * m) / 2 - u - 0.5) / Math.sqrt((n * m * (n + m + 1)) / 12);
    return z < 0 ? 1 - erfc(-z / Math.SQRT2) / 2 : erfc(z / Math.SQRT2) / 2;
  }
  const ranks = Array.from({ length: n + m }, (_, i) => i + 1);
  const ways = subsets(ranks, n);
  const least = (n * (n + 1)) / 2;
  const upTo = ways.subarray(0, least + u + 1).reduce((sum, x) => sum + x, 0);
  return upTo / ways.reduce((sum, x) => sum + x, 0);
}

/**
 * a : b for samples that were taken at different times, so that none belongs to another (Hodges and Lehmann): the median of
 * all ratios of one to one, in the interval of the ratios that a Mann-Whitney test would not reject.
 */
export function unpairedRatio(a: readonly number[], b: readonly number[], wanted = 0.95): Estimate {
  const ratios = ascending(a.flatMap(x => b.map(y => x / y)));
  const coverage = (depth: number): number => 1 - 2 * tail(a.length, b.length, depth);
  let depth = 0;
  while (2 * (depth + 1) < ratios.length - 1 && coverage(depth + 1) >= wanted) depth++;
  return {
    value: median(ratios),
    low: ratios[depth]!,
    high: ratios[ratios.length - 1 - depth]!,
    coverage: Math.max(0, coverage(depth)),
  };
}

/** What a rank test says. */
export interface RankTest {
  /** How often a sample of the first is greater than one of the second; a tie counts one half. */
  readonly u: number;
  /** How likely samples of one distribution differ so much or more, in either direction. */
  readonly p: number;
  readonly exact: boolean;
}

/**
 * The two-sided test of Mann and Whitney. Up to 40 samples are counted out, with their ties: what is approximate of
 * the normal distribution with ten samples is the far tail, and after a correction for many comparisons nothing else counts.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const [n, m] = [a.length, b.length];
  const all = n + m;
  const sorted = [...a.map(value => ({ value, own: 1 })), ...b.map(value => ({ value, own: 0 }))].sort(
    (x, y) => x.value - y.value,
  );
  // Twice the ranks: equal samples share the mean of their places, which may be a half.
  const ranks: number[] = [];
  let ties = 0;
  while (ranks.length < all) {
    const first = ranks.length;
    let after = first + 1;
    while (after < all && sorted[after]!.value === sorted[first]!.value) after++;
    const length = after - first;
    ties += length ** 3 - length;
    ranks.push(...new Array<number>(length).fill(first + 1 + after));
  }
  const sum = sorted.reduce((total, { own }, i) => total + own * ranks[i]!, 0);
  const u = sum / 2 - (n * (n + 1)) / 2;
  if (all <= countable) {
    const ways = subsets(ranks, n);
    const count = (from: number, to: number) => ways.subarray(from, to).reduce((total, x) => total + x, 0);
    const rarer = Math.min(count(0, sum + 1), count(sum, ways.length));
    return { u, p: Math.min(1, (2 * rarer) / count(0, ways.length)), exact: true };
  }
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  const far = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { u, p: variance > 0 ? erfc(far / Math.sqrt(2 * variance)) : 1, exact: false };
}

/** The least p that so many samples can give: those of one side are all greater. */
export const leastP = (n: number, m: number): number => Math.min(1, 2 * tail(n, m, 0));

/**
 * The p of many tests, raised so that of those below a limit no greater share is expected to be by chance (Benjamini and
 * Hochberg).
 */
export function falseDiscoveryRates(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, k) => ps[k]! - ps[i]!);
  const rates = new Array<number>(ps.length);
  let least = 1;
  order.forEach((i, above) => {
    least = Math.min(least, (ps[i]! * ps.length) / (ps.length - above));
    rates[i] = least;
  });
  return rates;
}

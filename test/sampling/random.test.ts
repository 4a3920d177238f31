import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { MovingAverage } from '../../src/index.js';
import { miniBatch, Random } from '../../src/sampling/index.js';
import { ReduceLROnPlateau } from '../../src/schedules/index.js';

// The first of seed 42. The last differs in its last bit where V8's logarithm is taken.
const NORMALS = [-0.19685179957047919, 1.4274970781220209, -0.9484465851940921, 0.09935235358074482];

const MASK_64 = 2n ** 64n - 1n;

/** splitmix64.c of Vigna, over big integers. */
function* splitMix64(seed: bigint): Generator<bigint, never> {
  for (let x = seed; ; ) {
    x = (x + 0x9e3779b97f4a7c15n) & MASK_64;
    let z = x;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
    yield z ^ (z >> 31n);
  }
}

/** The seeding as the comment of Random has it. */
function wordsOf(seed: bigint, stream: bigint): number[] {
  const inner = splitMix64(splitMix64(seed).next().value ^ stream);
  const [low, high] = [inner.next().value, inner.next().value];
  return [low, low >> 32n, high, high >> 32n].map(half => Number(half & 0xffffffffn));
}

/** xoshiro128starstar.c of Blackman and Vigna, over big integers. */
function* xoshiro128(words: readonly number[]): Generator<number, never> {
  const m = (x: bigint) => x & 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => m(x << k) | (x >> (32n - k));
  let [a, b, c, d] = words.map(BigInt) as [bigint, bigint, bigint, bigint];
  for (;;) {
    yield Number(m(rotate(m(b * 5n), 7n) * 9n));
    const t = m(b << 9n);
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11n);
  }
}

/** The sum of squares that chi-squared tables are for, when all counts are equally likely. */
function chiSquared(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** What chi-squared of `n` equally likely counts exceeds once in about 30 000 times (Wilson and Hilferty). */
function limit(n: number): number {
  const degrees = n - 1;
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 4 * Math.sqrt(spread)) ** 3;
}

describe('known answers', () => {
  test('the SplitMix64 of this test is the published one', () => {
    const values = splitMix64(1234567n);
    expect([values.next().value, values.next().value, values.next().value]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
    ]);
  });

  test('xoshiro128** from the state 1, 2, 3, 4', () => {
    const random = new Random(0);
    random.state = [1, 2, 3, 4];
    // Made by the authors' C program; also the test of Rust's rand_xoshiro.
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(published.map(() => random.next())).toEqual(published);
  });

  test.each([
    [0, 0],
    [1, 0],
    [0, 1],
    [1234567, 89],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('seed %d, stream %d: the state, and a thousand numbers', (seed, stream) => {
    const random = new Random(seed, stream);
    const words = wordsOf(BigInt(seed), BigInt(stream));
    expect(random.state).toEqual(words);
    const values = xoshiro128(words);
    for (let i = 0; i < 1000; i++) expect(random.next()).toBe(values.next().value);
  });

  test('the stream is 0 unless given', () => {
    expect(new Random(5).state).toEqual(new Random(5, 0).state);
  });

  test('normal has the same bits on every engine', () => {
    const random = new Random(42);
    expect(Array.from({ length: 4 }, () => random.normal())).toEqual(NORMALS);
    const kept = random.state;
    const next = [random.normal(), random.uniform()];
    random.state = kept;
    expect([random.normal(), random.uniform()]).toEqual(next);
    const { log } = Math;
    Math.log = () => Number.NaN;
    try {
      expect(new Random(42).normal()).toBe(NORMALS[0]);
    } finally {
      Math.log = log;
    }
  });

  test('console.log shows a person what it is', () => {
    const sampler = miniBatch({ size: 10, batchSize: 4, seed: 3 });
    sampler.nextBatch();
    const plateau = new ReduceLROnPlateau({ lr: 0.5 });
    const average = new MovingAverage({ w: new Float32Array(1e4) }, { backend: 'wasm' });
    expect(inspect(new Random(1))).toMatch(/^Random .*state: \[/s);
    expect(inspect(sampler)).toMatch(
      /^Sampler .*size: 10,.*order: 'shuffled'.*batchesPerEpoch: 3.*position: 1/s,
    );
    expect(inspect(plateau)).toMatch(/^ReduceLROnPlateau .*lr: 0.5.*numBadEpochs: 0/s);
    expect(inspect({ average })).toMatch(
      /MovingAverage .*decay: 0.999.*steps: 0.*'w: Float32Array\(10000\)'.*'wasm'/s,
    );
    expect(JSON.parse(JSON.stringify(new Random(1)))).toEqual({
      class: 'Random',
      state: new Random(1).state,
    });
  });

  test('uniform is 27 bits of one word and 26 of the next', () => {
    const values = xoshiro128(wordsOf(3n, 0n));
    const random = new Random(3);
    for (let i = 0; i < 100; i++) {
      const [high, low] = [BigInt(values.next().value) >> 5n, BigInt(values.next().value) >> 6n];
      expect(random.uniform()).toBe(Number((high << 26n) | low) / 2 ** 53);
    }
    const highest = new Random(0);
    highest.state = [0, 0x33333333, 0, 0];
    expect(highest.uniform()).toBeLessThan(1);
  });

  test('integer is Lemire over big integers', () => {
    for (const n of [
      1,
      2,
      3,
      10,
      65535,
      65537,
      2 ** 31 - 1,
      2 ** 31 + 1,
      3 * 2 ** 30,
      2 ** 32 - 1,
      2 ** 32,
    ]) {
      const values = xoshiro128(wordsOf(7n, BigInt(n)));
      const random = new Random(7, n);
      for (let i = 0; i < 300; i++) {
        let product: bigint;
        do product = BigInt(values.next().value) * BigInt(n);
        while ((product & 0xffffffffn) < 2n ** 32n % BigInt(n));
        expect(random.integer(n)).toBe(Number(product >> 32n));
      }
    }
  });
});

describe('distribution, with fixed seeds', () => {
  test.each([2, 3, 7, 10, 100])('integer(%d)', n => {
    const random = new Random(11, n);
    const counts = new Array<number>(n).fill(0);
    for (let i = 0; i < 1000 * n; i++) counts[random.integer(n)]!++;
    expect(chiSquared(counts)).toBeLessThan(limit(n));
  });

  test('integer has no bias where it would be largest', () => {
    // Without the second draw every third integer would be twice as likely; with a plain remainder, the lowest third.
    const n = 3 * 2 ** 30;
    const random = new Random(12);
    const byRemainder = [0, 0, 0];
    const byThird = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const value = random.integer(n);
      byRemainder[value % 3]!++;
      byThird[Math.floor(value / 2 ** 30)]!++;
    }
    expect(chiSquared(byRemainder)).toBeLessThan(limit(3));
    expect(chiSquared(byThird)).toBeLessThan(limit(3));
  });

  test('uniform', () => {
    const random = new Random(13);
    const counts = new Array<number>(64).fill(0);
    let lowBits = 0;
    for (let i = 0; i < 64_000; i++) {
      const value = random.uniform();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      counts[Math.floor(value * 64)]!++;
      lowBits += (value * 2 ** 53) % 2;
    }
    expect(chiSquared(counts)).toBeLessThan(limit(64));
    expect(Math.abs(lowBits - 32_000)).toBeLessThan(4 * Math.sqrt(16_000));
  });

  test('normal has the moments and the quartiles of the normal distribution', () => {
    const random = new Random(14);
    const n = 100_000;
    const sums = [0, 0, 0, 0];
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      for (let k = 0; k < 4; k++) sums[k]! += x ** (k + 1);
      counts[x < -0.6744897501960817 ? 0 : x < 0 ? 1 : x < 0.6744897501960817 ? 2 : 3]!++;
    }
    // Within four standard deviations: the variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
    for (const [k, mean, variance] of [
      [0, 0, 1],
      [1, 1, 2],
      [2, 0, 15],
      [3, 3, 96],
    ] as const) {
      expect(Math.abs(sums[k]! / n - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
    }
    expect(chiSquared(counts)).toBeLessThan(limit(4));
  });

  test('shuffle makes every order equally likely', () => {
    const random = new Random(15);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle(new Uint32Array([0, 1, 2, 3])).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquared([...counts.values()])).toBeLessThan(limit(24));
  });
});

test('shuffle works in place, keeps every element, and copes with none', () => {
  const array = Uint32Array.from({ length: 1000 }, (_, i) => i * 3);
  expect(new Random(1).shuffle(array)).toBe(array);
  expect(array).not.toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i * 3));
  expect(array.slice().sort()).toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i * 3));
  expect(new Random(1).shuffle(new Uint32Array(0))).toHaveLength(0);
});

test('a state goes on exactly', () => {
  const random = new Random(21);
  random.normal();
  const kept = JSON.parse(JSON.stringify(random.state));
  const go = (from: Random) => [from.next(), from.uniform(), from.normal(), from.integer(1000), from.next()];
  const rest = go(random);
  const resumed = new Random(99);
  resumed.state = kept;
  expect(go(resumed)).toEqual(rest);
});

test.each([
  [[1, 2, 3]],
  [[0, 0, 0, 0]],
  [[1, 2, 3, 2 ** 32]],
  [[1, 2, 3, -1]],
  [[1, 2, 3, 0.5]],
  [[1, 2, 3, NaN]],
  [null],
  ['1234'],
])('refuses the state %j and stays as it is', state => {
  const random = new Random(1);
  const before = random.state;
  const attempt = () => {
    random.state = state as never;
  };
  expect(attempt).toThrow(expect.objectContaining({ name: 'StateError', code: 'ERR_LANESTEP_STATE' }));
  expect(random.state).toEqual(before);
});

test('refuses bad arguments', () => {
  const option = (message: string) => expect.objectContaining({ name: 'OptionError', message });
  for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53, '1', undefined, null, 1n]) {
    expect(() => new Random(seed as never)).toThrow(/^Expected an integer of 0 or more for seed, got /);
  }
  expect(() => new Random(1, -1)).toThrow(option('Expected an integer of 0 or more for stream, got -1'));
  for (const n of [0, -1, 1.5, NaN, 2 ** 32 + 1, '3', undefined]) {
    expect(() => new Random(1).integer(n as never)).toThrow(
      /^Expected an integer in \[1, 4294967296\] for n, got /,
    );
  }
  for (const array of [[1, 2], new Float64Array(2), null]) {
    expect(() => new Random(1).shuffle(array as never)).toThrow(
      /^Expected a Uint32Array of at most 2\^32 elements/,
    );
  }
});

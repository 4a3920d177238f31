import { describe, expect, test } from 'vitest';
import { batch, miniBatch, Random, type Sampler, stochastic } from '../../src/sampling/index.js';

/** Batches as plain lists, copied as they come. */
const lists = (batches: Iterable<Uint32Array>): number[][] => Array.from(batches, indices => [...indices]);
const sorted = (values: number[]): number[] => values.slice().sort((a, b) => a - b);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function first(sampler: Sampler, n: number): number[][] {
  const found: number[][] = [];
  for (const indices of sampler.stream()) {
    found.push([...indices]);
    if (found.length === n) break;
  }
  return found;
}

/** Every kind of sampler, with how many batches of which lengths an epoch has. */
const every: [string, () => Sampler, number[]][] = [
  ['batch', () => batch({ size: 7 }), [7]],
  ['batch of one', () => batch({ size: 1 }), [1]],
  ['miniBatch', () => miniBatch({ size: 10, batchSize: 4, seed: 3 }), [4, 4, 2]],
  ['miniBatch that fits', () => miniBatch({ size: 12, batchSize: 4, seed: 3 }), [4, 4, 4]],
  ['miniBatch dropLast', () => miniBatch({ size: 10, batchSize: 4, seed: 3, dropLast: true }), [4, 4]],
  [
    'miniBatch dropLast that fits',
    () => miniBatch({ size: 12, batchSize: 4, seed: 3, dropLast: true }),
    [4, 4, 4],
  ],
  ['miniBatch in order', () => miniBatch({ size: 10, batchSize: 4, shuffle: false }), [4, 4, 2]],
  ['miniBatch of all', () => miniBatch({ size: 5, batchSize: 5, dropLast: true }), [5]],
  ['stochastic', () => stochastic({ size: 6, seed: 3 }), [1, 1, 1, 1, 1, 1]],
  [
    'stochastic with replacement',
    () => stochastic({ size: 6, seed: 3, replacement: true }),
    [1, 1, 1, 1, 1, 1],
  ],
];

describe.each(every)('%s', (name, make, lengths) => {
  test('has the batches it says', () => {
    const sampler = make();
    expect(sampler.batchesPerEpoch).toBe(lengths.length);
    expect(sampler.batchSize).toBe(lengths[0]);
    for (let k = 0; k < 3; k++) {
      expect(sampler.epochsDone).toBe(k);
      expect(Array.from(sampler.epoch(), indices => indices.length)).toEqual(lengths);
    }
  });

  test('takes examples that exist, each once unless it replaces', () => {
    const sampler = make();
    for (let k = 0; k < 5; k++) {
      const all = lists(sampler.epoch()).flat();
      expect(all.every(index => Number.isInteger(index) && index >= 0 && index < sampler.size)).toBe(true);
      if (name.includes('replacement')) continue;
      expect(new Set(all).size).toBe(all.length);
      if (all.length === sampler.size) expect(sorted(all)).toEqual(range(sampler.size));
    }
  });

  test('epoch k is the same from anywhere', () => {
    const inOrder = make();
    const epochs = range(5).map(() => lists(inOrder.epoch()));
    const jumping = make();
    for (const k of [4, 0, 3, 3, 1, 2]) {
      expect(lists(jumping.epoch(k))).toEqual(epochs[k]);
      expect(jumping.epochsDone).toBe(k + 1);
    }
    expect(first(make(), 5 * lengths.length)).toEqual(epochs.flat());
    expect([lists(jumping.epoch(0)), lists(jumping)]).toEqual([epochs[0], epochs[1]]);
  });

  test('goes on exactly from a state, through JSON, at every cut', () => {
    const total = 3 * lengths.length;
    const expected = first(make(), total);
    for (let cut = 0; cut <= total; cut++) {
      const whole = make();
      for (let i = 0; i < cut; i++) whole.nextBatch();
      const resumed = make();
      // A place that has to be left, with an order that has to be thrown away.
      for (let i = 0; i < 5; i++) resumed.nextBatch();
      resumed.loadStateDict(JSON.parse(JSON.stringify(whole.stateDict())));
      expect(resumed.epochsDone).toBe(Math.floor(cut / lengths.length));
      const rest: number[][] = [];
      while (resumed.epochsDone < 3) rest.push(...lists(resumed.epoch()));
      expect(rest).toEqual(expected.slice(cut));
    }
  });

  test('a loop that is left early goes on with the next batch', () => {
    const expected = first(make(), 2 * lengths.length);
    const sampler = make();
    const found: number[][] = [];
    while (found.length < expected.length) {
      for (const indices of sampler) {
        found.push([...indices]);
        break;
      }
    }
    expect(found).toEqual(expected);
  });
});

test('shuffled epochs, seeds and kinds differ', () => {
  const orders = [1, 2, 3].flatMap(seed => {
    const sampler = miniBatch({ size: 30, batchSize: 7, seed });
    return range(4).map(k => lists(sampler.epoch(k)).flat().join());
  });
  orders.push(
    range(30).join(),
    lists(stochastic({ size: 30, seed: 1, replacement: true }))
      .flat()
      .join(),
  );
  expect(new Set(orders).size).toBe(orders.length);
});

test('the same seed has the same order, whatever the batches', () => {
  const options = { size: 30, seed: 5 };
  const order = lists(stochastic(options)).flat();
  expect(lists(miniBatch({ ...options, batchSize: 7 })).flat()).toEqual(order);
  expect(lists(miniBatch({ ...options, batchSize: 7, dropLast: true })).flat()).toEqual(order.slice(0, 28));
  expect(lists(miniBatch({ size: 30, batchSize: 7 }))).toEqual(
    lists(miniBatch({ size: 30, batchSize: 7, seed: 0 })),
  );
});

test('the order of epoch k is the shuffle of stream k of the seed', () => {
  const sampler = miniBatch({ size: 20, batchSize: 20, seed: 8 });
  for (let k = 0; k < 3; k++) {
    expect(sampler.nextBatch()).toEqual(new Random(8, k).shuffle(Uint32Array.from(range(20))));
  }
});

test('batch, and miniBatch without shuffle, keep the order of the numbers', () => {
  expect(first(batch({ size: 3 }), 2)).toEqual([
    [0, 1, 2],
    [0, 1, 2],
  ]);
  expect(first(miniBatch({ size: 5, batchSize: 2, shuffle: false, seed: 9 }), 4)).toEqual([
    [0, 1],
    [2, 3],
    [4],
    [0, 1],
  ]);
});

test('dropLast leaves out other examples every epoch', () => {
  const sampler = miniBatch({ size: 10, batchSize: 4, seed: 1, dropLast: true });
  const left = range(20).map(() => {
    const taken = new Set(lists(sampler.epoch()).flat());
    return range(10)
      .filter(index => !taken.has(index))
      .join();
  });
  expect(new Set(left).size).toBeGreaterThan(10);
});

test('every example is equally likely at every place, over epochs', () => {
  const [size, epochs] = [6, 12_000];
  const sampler = stochastic({ size, seed: 17 });
  const counts = range(size).map(() => new Array<number>(size).fill(0));
  const orders = new Map<string, number>();
  for (let k = 0; k < epochs; k++) {
    const order = lists(sampler.epoch()).flat();
    for (const [place, index] of order.entries()) counts[place]![index]!++;
    orders.set(order.join(), (orders.get(order.join()) ?? 0) + 1);
  }
  const chiSquared = (cells: number[]) => {
    const mean = cells.reduce((sum, count) => sum + count) / cells.length;
    return cells.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  };
  // Exceeded once in ten thousand times, by the table: 25 degrees of freedom, then 719 (nearly normal).
  expect(chiSquared(counts.flat())).toBeLessThan(62);
  expect(orders.size).toBe(720);
  expect(chiSquared([...orders.values()])).toBeLessThan(719 + 3.9 * Math.sqrt(2 * 719));
});

test('replacement draws every example anew', () => {
  const size = 1000;
  const drawn = lists(stochastic({ size, seed: 2, replacement: true })).flat();
  // The expected share of examples that come at least once is 1 - 1/e, with a standard deviation of 0.01.
  expect(Math.abs(new Set(drawn).size / size - (1 - Math.exp(-1)))).toBeLessThan(0.04);
});

test('a batch is a copy: what is done to it reaches none to come', () => {
  const make = () => miniBatch({ size: 10, batchSize: 4, seed: 1 });
  const [sampler, other] = [make(), make()];
  for (let i = 0; i < 7; i++) {
    const batch = sampler.nextBatch();
    expect(batch).toEqual(other.nextBatch());
    expect(batch.buffer.byteLength).toBe(batch.byteLength);
    batch.fill(99);
  }
});

test('a batch that was transferred to another thread does no harm', () => {
  const make = () => miniBatch({ size: 10, batchSize: 4, seed: 1 });
  const expected = first(make(), 6);
  const sampler = make();
  const found = range(6).map(() => {
    const indices = sampler.nextBatch();
    const copy = [...indices];
    structuredClone(indices, { transfer: [indices.buffer as ArrayBuffer] });
    return copy;
  });
  expect(found).toEqual(expected);
});

test('an iterator ends when the sampler is sent elsewhere', () => {
  const sampler = miniBatch({ size: 10, batchSize: 4, seed: 1 });
  const old = sampler.epoch(0);
  old.next();
  const other = sampler.epoch(5);
  expect(old.next().done).toBe(true);
  expect(other.next().done).toBe(false);
  sampler.epoch(0);
  expect(other.next().done).toBe(true);
});

test('two iterators share the batches of an epoch', () => {
  const sampler = miniBatch({ size: 12, batchSize: 4, shuffle: false });
  const [a, b] = [sampler.epoch(), sampler.epoch()];
  expect([...a.next().value!, ...b.next().value!, ...a.next().value!]).toEqual(range(12));
  expect(b.next().done).toBe(true);
});

test('nothing is allocated before the first batch', () => {
  expect(miniBatch({ size: 2 ** 32, batchSize: 2 ** 31 }).batchesPerEpoch).toBe(2);
  expect(stochastic({ size: 2 ** 32 }).batchesPerEpoch).toBe(2 ** 32);
});

describe('bad options', () => {
  const SIZE = [undefined, null, 0, -1, 1.5, NaN, Infinity, 2 ** 32 + 1, '3'];
  const SEED = [null, -1, 1.5, NaN, Infinity, 2 ** 53, '3'];
  const FLAG = [null, 0, 1, 'false'];
  const table: [string, (options: never) => Sampler, object, Record<string, unknown[]>][] = [
    ['batch', batch, { size: 5 }, { size: SIZE }],
    [
      'miniBatch',
      miniBatch,
      { size: 5, batchSize: 2 },
      { size: SIZE, batchSize: [6, ...SIZE], seed: SEED, shuffle: FLAG, dropLast: FLAG },
    ],
    ['stochastic', stochastic, { size: 5 }, { size: SIZE, seed: SEED, replacement: FLAG }],
  ];

  test.each(table)('%s', (name, make, good, bad) => {
    make(good as never);
    for (const [key, values] of Object.entries(bad)) {
      for (const value of values) {
        expect(() => make({ ...good, [key]: value } as never), `${key}: ${String(value)}`).toThrow(
          expect.objectContaining({
            code: 'ERR_LANESTEP_OPTION',
            message: expect.stringContaining(` for ${key}, got `),
          }),
        );
      }
    }
    for (const options of [undefined, null, 5, [5]]) {
      expect(() => make(options as never)).toThrow(`Expected an object of options for ${name}, got `);
    }
    expect(() => make({ ...good, sead: 1 } as never)).toThrow(
      /^Expected no options but .*, got "sead"(; did you mean seed\?)?$/,
    );
  });

  test('messages name the fix', () => {
    expect(() => miniBatch({ size: 5, batchSize: 6 })).toThrow(
      'Expected an integer in [1, 5] for batchSize, got 6',
    );
    expect(() => batch({ size: 5, seed: 1 } as never)).toThrow(
      'Expected no options but size for batch, got "seed"',
    );
  });

  test.each([-1, 0.5, NaN, Infinity, '1', null])('epoch(%s)', k => {
    const sampler = batch({ size: 5 });
    sampler.nextBatch();
    expect(() => sampler.epoch(k as never)).toThrow(/^Expected an integer of 0 or more for k, got /);
    expect(sampler.epochsDone).toBe(1);
  });
});

describe('bad states', () => {
  const make = () => miniBatch({ size: 10, batchSize: 4, seed: 3 });
  const good = make().stateDict();

  test('the state is this', () => {
    expect(good).toEqual({
      size: 10,
      batchSize: 4,
      order: 'shuffled',
      seed: 3,
      dropLast: false,
      epoch: 0,
      position: 0,
    });
  });

  test.each([
    [null],
    [1],
    [{}],
    [{ ...good, size: 11 }],
    [{ ...good, batchSize: 5 }],
    [{ ...good, seed: 4 }],
    [{ ...good, order: 'sequential' }],
    [{ ...good, dropLast: true }],
    [{ ...good, epoch: -1 }],
    [{ ...good, epoch: 0.5 }],
    [{ ...good, epoch: undefined }],
    [{ ...good, position: 3 }],
    [{ ...good, position: NaN }],
  ])('%j is refused and nothing changes', state => {
    const sampler = make();
    sampler.nextBatch();
    const before = sampler.stateDict();
    expect(() => sampler.loadStateDict(state as never)).toThrow(
      expect.objectContaining({ name: 'StateError', code: 'ERR_LANESTEP_STATE' }),
    );
    expect(sampler.stateDict()).toEqual(before);
  });

  test('the message names both', () => {
    expect(() => make().loadStateDict({ ...good, seed: 4 })).toThrow(
      'Expected a state of a sampler with seed 3, got 4',
    );
  });
});

// A race times only what was computed: whoever does something else is found out.
import { describe, expect, it } from 'vitest';
import { cases } from '../../bench/cases.js';
import type { Ready, Task } from '../../bench/contestants/contestant.js';
import { everyone } from '../../bench/contestants/index.js';
import { load as loadLanestep } from '../../bench/contestants/lanestep.js';
import { load as loadLoop, ulpsAllowed } from '../../bench/contestants/loop.js';
import { others, plainAdam } from '../../bench/optimizers.js';
import { race } from '../../bench/race.js';
import type { Racer } from '../../bench/racer.js';
import { ulps } from '../../bench/reference.js';
import { see } from '../../bench/seen.js';
import { Turns } from '../../bench/turn.js';

const all = everyone(['avx2', 'sse2'], [2]);
const list = cases(false, 'native avx2 x1', 2);
const pace = { rounds: 3, seconds: 0.002, warm: 0.002 };
const named = (id: string) => list.find(one => one.id === id)!;

/** A contestant in this process, with something done to it. */
function racer(name: string, make: (task: Task) => Ready | string): Racer {
  let ready: Ready;
  let turns: Turns;
  const look = async () => {
    const arrays = ready.parameters();
    return arrays === null ? null : see(arrays);
  };
  return {
    contestant: all.find(one => one.name === name)!,
    async prepare(task) {
      const made = make(task);
      if (typeof made === 'string') return made;
      ready = made;
      turns = new Turns(ready.run);
      return null;
    },
    async step(times) {
      for (let i = 0; i < times; i++) ready.run();
      return look();
    },
    ulpsAllowed: async task => ulpsAllowed(task),
    turn: async seconds => turns.take(seconds),
    look,
    dispose: async () => ready.dispose(),
    quit: async () => {},
  };
}

const prepareLanestep = await loadLanestep(1);
const prepareLoop = await loadLoop(1);
if (typeof prepareLanestep === 'string' || typeof prepareLoop === 'string') throw new Error('not loaded');

const ours = (change: (ready: Ready, task: Task) => Partial<Ready> = () => ({})) =>
  racer('wasm', task => {
    const ready = prepareLanestep(task) as Ready;
    return { ...ready, ...change(ready, task) };
  });
const loop = (change: (task: Task) => Task = task => task) =>
  racer('loop', task => prepareLoop(change(task)));

const never = () => {
  throw new Error('nobody should be absent');
};

describe('a race', () => {
  it('gives a sample for each round, and says what was checked', async () => {
    const result = await race(named('Adam/float32/1e2'), [ours(), loop()], pace, never);
    expect(result).toMatchObject({ id: 'Adam/float32/1e2', elements: 100, bytes: 2800, tensors: 1 });
    // Adam: three for the average, four for that of the squares, five for the step.
    expect(result.work).toEqual({ passes: 1, operations: 12, divisions: 1, roots: 1, sums: 0 });
    const [own, other] = result.entries;
    expect(own).toMatchObject({ contestant: 'wasm', checked: 'bits' });
    expect(other).toMatchObject({ contestant: 'loop', checked: 'numbers' });
    for (const { samples, steps, ulps } of result.entries) {
      expect(samples).toHaveLength(3);
      expect(samples.every(s => s > 0)).toBe(true);
      expect(steps).toBeGreaterThan(pace.rounds);
      expect(ulps).toBeLessThan(64);
    }
  });

  it.each([
    ...list.filter(({ elements, group }) => group === 'sizes' && elements === 100).map(({ id }) => id),
    // Over several blocks of what is added up.
    ...['LAMB/float32/1e4', 'Prodigy/float64/1e4', 'Adam/float32/1e4/clip'],
  ])('holds %s to the bits of the reference', async id => {
    const result = await race(named(id), [ours()], { rounds: 1, seconds: 0.001, warm: 0 }, never);
    expect(result.entries[0]).toMatchObject({ checked: 'bits' });
  });

  it('writes down who cannot take part', async () => {
    const reasons: string[] = [];
    const lacking = racer('loop', () => 'has no float64');
    const result = await race(named('Adam/float64/1e2'), [ours(), lacking], pace, (name, reason) => {
      reasons.push(`${name}: ${reason}`);
    });
    expect(reasons).toEqual(['loop: has no float64']);
    expect(result.entries.map(({ contestant }) => contestant)).toEqual(['wasm']);
  });

  it.each<[string, (ready: Ready, task: Task) => Partial<Ready>]>([
    ['that does nothing', () => ({ run: () => {} })],
    [
      'that stops early',
      ({ run }) => {
        let left = 30;
        return { run: () => (left-- > 0 ? run() : undefined) };
      },
    ],
    [
      'that leaves the last element out',
      ({ run, parameters }) => ({
        run: () => {
          const p = parameters()![0]!;
          const last = p.at(-1)!;
          run();
          p[p.length - 1] = last;
        },
      }),
    ],
    [
      'whose second element is off by one bit',
      ({ run, parameters }) => ({
        run: () => {
          run();
          const bits = new Uint32Array(parameters()![0]!.buffer);
          bits[1]!++;
        },
      }),
    ],
  ])('throws for one of ours %s', async (_, change) => {
    await expect(race(named('Adam/float32/1e2'), [ours(change)], pace, never)).rejects.toThrow(
      /^wasm in Adam\/float32\/1e2: (element \d is|equal elements)/,
    );
  });

  it('throws for another whose numbers are not those of the task', async () => {
    const other = loop(task => ({ ...task, options: { ...task.options, lr: 2e-3 } }));
    await expect(race(named('Adam/float32/1e2'), [other], pace, never)).rejects.toThrow(
      /^loop in Adam\/float32\/1e2: .* ulps from float64/,
    );
  });
});

describe('the cases', () => {
  it('have ids of their own', () => {
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });

  it('hold every optimizer at every size and type', () => {
    const sizes = list.filter(({ group }) => group === 'sizes');
    const names = new Set(sizes.map(({ raced }) => raced.name));
    expect([...names]).toEqual([plainAdam, ...others].map(({ name }) => name));
    expect(sizes).toHaveLength(names.size * 2 * 6);
  });

  it('ask every instruction set, WASM and several threads, and the roof with them', () => {
    for (const id of ['Adam/float32/1e6', 'Rprop/float64/1e6', 'Adam/float32/1e7']) {
      const asked = all.filter(named(id).asks).map(({ name }) => name);
      expect(asked).toEqual(
        expect.arrayContaining([
          'native avx2 x1',
          'native sse2 x1',
          'native avx2 x2',
          'wasm',
          'roof x1',
          'roof x2',
        ]),
      );
    }
  });

  it('count the bytes that a rule moves', () => {
    // parameter and gradient; with momentum one slot; Adam two; the look-ahead of Nesterov leaves and comes back.
    const perElement = (id: string) => named(id).bytes / named(id).elements;
    expect(perElement('SGD/float32/1e4')).toBe(12);
    expect(perElement('SGD+momentum/float32/1e4')).toBe(20);
    expect(perElement('Adam/float32/1e4')).toBe(28);
    expect(perElement('Adam/float64/1e4')).toBe(56);
    expect(perElement('Adam+amsgrad/float32/1e4')).toBe(36);
    expect(perElement('Nesterov/float32/1e4')).toBe(36);
    // Of two passes: g, p and both averages there and back; then the averages, and p there and back.
    expect(perElement('LAMB/float32/1e4')).toBe(40);
    expect(perElement('Adam/float32/1e4/clip')).toBe(4 + 28);
  });
});

describe('seen', () => {
  it('is one period, where all elements repeat it', () => {
    const p = Float32Array.from({ length: 23 }, (_, i) => i % 5);
    expect(see([p, p.slice(0, 3)])).toEqual({ values: [0, 1, 2, 3, 4], uniform: true });
    p[22] = 7;
    expect(see([p]).uniform).toBe(false);
    expect(see([Float32Array.of(0, 1, 2, 3, 4), Float32Array.of(0, 2)]).uniform).toBe(false);
  });
});

describe('ulps', () => {
  it.each([
    [1, 1, 'float32', 0],
    [1 + 2 ** -23, 1, 'float32', 1],
    [2 - 2 ** -22, 2, 'float32', 1],
    [3 * 2 ** -149, 2 ** -149, 'float32', 2],
    [2 ** -149, 0, 'float32', 1],
    [1 + 2 ** -52, 1, 'float64', 1],
    [-1, -1 - 2 ** -23, 'float32', 1],
  ] as const)('of %d from %d in %s are %d', (x, exact, dtype, expected) => {
    expect(ulps(x, exact, dtype)).toBe(expected);
  });
});

describe('turns', () => {
  it('throw what the code throws, which Benchmark.js keeps to itself', () => {
    const fails = () => {
      throw new Error('broken');
    };
    expect(() => new Turns(fails).take(0.001)).toThrow('broken');
  });

  it('count every call, in batches too', () => {
    let calls = 0;
    const turns = new Turns(() => {
      calls++;
    });
    for (let k = 0; k < 3; k++) {
      const before = calls;
      const begun = performance.now();
      const turn = turns.take(0.002);
      const took = (performance.now() - begun) / 1e3;
      expect(turn.calls).toBe(calls - before);
      expect(turn.seconds).toBeGreaterThan(0);
      // Of one call, not of a batch or a sample, which have hundreds.
      expect(turn.seconds * turn.calls).toBeLessThan(100 * took);
    }
  });

  it('take at least one call, however long', () => {
    const turns = new Turns(() => {
      for (const end = performance.now() + 5; performance.now() < end; );
    });
    for (let k = 0; k < 2; k++) {
      const { seconds, calls } = turns.take(0.001);
      expect(calls).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeGreaterThanOrEqual(0.005);
    }
  });
});

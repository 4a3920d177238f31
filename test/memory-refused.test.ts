// No memory: each array that lanestep asks for is refused in its turn, and each time a typed error says so, and nothing changes.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as lanestep from '../src/index.js';
import { LanestepError } from '../src/index.js';

afterEach(() => vi.unstubAllGlobals());

const constructors = [
  'Float32Array',
  'Float64Array',
  'Uint8Array',
  'Uint32Array',
  'Int32Array',
  'ArrayBuffer',
] as const;

/** Runs a piece of work in which the nth array of some length cannot be had; tells whether it asked for as many. */
function without<T>(n: number, work: () => T): { asked: boolean; error: unknown } {
  let asked = 0;
  for (const name of constructors) {
    const real = globalThis[name] as unknown as new (...args: unknown[]) => object;
    vi.stubGlobal(
      name,
      new Proxy(real, {
        construct(target, args, newTarget) {
          // Views of what is there cost nothing.
          if (typeof args[0] === 'number' && args[0] > 0 && ++asked === n)
            throw new RangeError('Array buffer allocation failed');
          return Reflect.construct(target, args, newTarget === real ? target : newTarget) as object;
        },
      }),
    );
  }
  try {
    work();
    return { asked: asked >= n, error: null };
  } catch (error) {
    return { asked: asked >= n, error };
  } finally {
    vi.unstubAllGlobals();
  }
}

const f32 = (...values: number[]) => Float32Array.from(values);
const settings = { backend: 'wasm' } as const;
// The kernels are compiled before: what their bytes need is asked for once.
new lanestep.Adam([f32(1)], settings).dispose();
const params = () => ({ w: f32(1, -2, 3), b: f32(4) });
const grads = () => ({ w: f32(1, 1, 1), b: f32(2) });

/** A second step of a rule that walks matrices row by row: what it needs it has before a parameter moves. */
function walked(
  Class:
    | typeof lanestep.SM3
    | typeof lanestep.Adafactor
    | typeof lanestep.CAME
    | typeof lanestep.AdamMini
    | typeof lanestep.NorMuon
    | typeof lanestep.Amos,
  options: object,
) {
  const w = [new Float32Array(64 * 600).fill(1), f32(1, 2)];
  const shapes = [[64, 600], [2]];
  const optimizer = new (Class as typeof lanestep.SM3)(w, { ...settings, ...options, shapes });
  const given = [new Float32Array(64 * 600).fill(2), f32(3, 4)];
  optimizer.step(given);
  return {
    work: () => optimizer.step(given),
    tell: () => [w.map(p => p.slice()), optimizer.stateDict()],
    least: 0,
  };
}

/** Something that is there, a piece of work with it that needs memory, and what must not change by it. */
const scenes: Record<string, () => { work: () => unknown; tell: () => unknown; least?: number }> = {
  construction: () => {
    const w = params();
    return { work: () => new lanestep.Adam(w, settings), tell: () => w, least: 3 };
  },
  'the state of an optimizer': () => {
    const optimizer = new lanestep.Adam(params(), settings);
    optimizer.step(grads());
    return { work: () => optimizer.stateDict(), tell: () => optimizer.stateDict(), least: 4 };
  },
  'a checkpoint in memory': () => {
    const optimizer = new lanestep.Adam(params(), settings);
    optimizer.step(grads());
    return { work: () => optimizer.serialize(), tell: () => optimizer.stateDict(), least: 2 };
  },
  'a step of SM3 over bands': () => walked(lanestep.SM3, {}),
  'a step of SM3 with a decay': () => walked(lanestep.SM3, { beta: 0.5 }),
  'a step of Adafactor': () => walked(lanestep.Adafactor, {}),
  'a step of CAME': () => walked(lanestep.CAME, {}),
  'a step of AdamMini': () => walked(lanestep.AdamMini, {}),
  'a step of NoisySGD': () => {
    const [w, given] = [params(), grads()];
    const optimizer = new lanestep.NoisySGD(w, settings);
    return { work: () => optimizer.step(given), tell: () => [structuredClone(w), optimizer.stateDict()] };
  },
  'a step of NorMuon': () => walked(lanestep.NorMuon, {}),
  'a step of Amos': () => walked(lanestep.Amos, {}),
  'a group more, of rows and columns': () => {
    const optimizer = new lanestep.SM3([{ params: [f32(1)] }], settings);
    const group = { params: [f32(1, 2)], shapes: [[1, 2]] };
    return {
      work: () => optimizer.addGroup(group),
      tell: () => optimizer.stateDict(),
      least: 3,
    };
  },
  averages: () => {
    const w = params();
    return { work: () => new lanestep.MovingAverage(w, settings), tell: () => w, least: 3 };
  },
  'the state of averages': () => {
    const average = new lanestep.MovingAverage(params(), { ...settings, biasCorrection: true });
    average.update();
    const state = average.stateDict();
    return {
      work: () => {
        average.stateDict();
        average.loadStateDict(state);
      },
      tell: () => average.stateDict(),
      least: 6,
    };
  },
  'the order of an epoch, and a batch': () => {
    const sampler = lanestep.miniBatch({ size: 5, batchSize: 2 });
    return { work: () => sampler.nextBatch(), tell: () => sampler.stateDict(), least: 1 };
  },
};

describe.each(Object.entries(scenes))('%s', (_, begin) => {
  it('is refused by a typed error, wherever memory ends, and goes on when there is some again', () => {
    let refused = 0;
    for (let n = 1; n < 200; n++) {
      const { work, tell } = begin();
      const before = tell();
      const { asked, error } = without(n, work);
      if (!asked) break;
      refused++;
      expect(error, `the ${n}th array`).toBeInstanceOf(LanestepError);
      expect(error).toMatchObject({
        code: 'ERR_LANESTEP_MEMORY',
        message: expect.stringContaining('No memory for '),
      });
      expect(tell()).toEqual(before);
      work();
    }
    expect(refused).toBeGreaterThanOrEqual(begin().least ?? 1);
  });
});

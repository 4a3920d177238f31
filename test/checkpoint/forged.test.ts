// Checkpoints that say one thing that is not so, with checksums that are right: each is refused for that very thing.
import { describe, expect, it } from 'vitest';
import {
  chained,
  constant,
  cosine,
  cosineWarmRestarts,
  cyclic,
  exponential,
  type Hyper,
  linear,
  multiplicative,
  multiStep,
  oneCycle,
  polynomial,
  SGD,
  sequence,
  stepDecay,
  warmup,
} from '../../src/index.js';
import { text } from '../training.js';
import { bytesOf } from './mutated.js';

function begin() {
  const params = { w: Float32Array.of(1, 2), b: Float32Array.of(3) };
  const optimizer = new SGD(params, { lr: 0.5, momentum: 0.9 });
  optimizer.step({ w: Float32Array.of(1, 1), b: Float32Array.of(1) });
  return { optimizer, bits: () => text([params, optimizer.stateDict(), optimizer.steps]) };
}

const whole = begin().optimizer.serialize();
const length = Number(new DataView(whole.buffer).getBigUint64(0, true));
const header = new TextDecoder().decode(whole.subarray(8, 8 + length)).trimEnd();
const data = whole.slice(8 + length);

/** The header with something else in it, which must stand there once. */
function but(from: string | RegExp, to: string | ((found: string) => string)): string {
  expect(header.split(from)).toHaveLength(2);
  return header.replace(from, typeof to === 'string' ? () => to : to);
}

const longer = (by: number) => Uint8Array.of(...data, ...new Uint8Array(by));

/** The entry of `w`, and where its bytes are. */
const w = /"w":\{"dtype":"F32","shape":\[2\],"data_offsets":\[\d+,\d+\]\}/;
const [first, last] = w.exec(header)![0].match(/\d+/g)!.slice(-2).map(Number) as [number, number];

function unreadable(): Uint8Array {
  const bytes = new TextEncoder().encode(header);
  bytes[header.indexOf('"pt"') + 1] = 0xff;
  return bytes;
}

const damaged = 'ERR_LANESTEP_CHECKPOINT';

const forgeries: Record<string, [bytes: () => Uint8Array, code: string, says: string]> = {
  'no checksum of the data': [
    () => bytesOf(but(/"data_crc32":"[0-9a-f]{8}",/, ''), data),
    damaged,
    'it has no checksums',
  ],
  'more data than it names': [() => bytesOf(header, longer(8)), damaged, `${data.length + 8} bytes of data`],
  'a hole in the data': [
    () =>
      bytesOf(but(w, `"w":{"dtype":"F32","shape":[2],"data_offsets":[${first + 4},${last + 4}]}`), longer(4)),
    damaged,
    `"w" begins at ${first + 4}`,
  ],
  'two arrays in one place': [
    () =>
      bytesOf(
        but(w, `"w":{"dtype":"F32","shape":[2],"data_offsets":[${first - 4},${last - 4}]}`),
        data.slice(0, -4),
      ),
    damaged,
    ` of its data, and not at `,
  ],
  'more elements than bytes': [
    () => bytesOf(but(w, `"w":{"dtype":"F32","shape":[3],"data_offsets":[${first},${last}]}`), data),
    damaged,
    '"w" has 8 bytes in place of 12',
  ],
  'a field of its own': [
    () => bytesOf(but(w, `"w":{"more":1,"dtype":"F32","shape":[2],"data_offsets":[${first},${last}]}`), data),
    damaged,
    '"w" has no dtype, shape and data_offsets',
  ],
  'a field of an array twice': [
    () =>
      bytesOf(
        but(w, `"w":{"dtype":"F64","dtype":"F32","shape":[2],"data_offsets":[${first},${last}]}`),
        data,
      ),
    damaged,
    '"w" has no dtype, shape and data_offsets',
  ],
  'numbers that are not written as whole ones': [
    () => bytesOf(but(w, `"w":{"dtype":"F32","shape":[2.0],"data_offsets":[${first},${last}]}`), data),
    damaged,
    '"w" has no dtype, shape and data_offsets',
  ],
  'more after its end': [() => bytesOf(`${header}}`, data), damaged, 'no JSON of safetensors'],
  'an array twice': [
    () =>
      bytesOf(
        but(w, entry => `${entry},${entry}`),
        data,
      ),
    damaged,
    'a key stands twice',
  ],
  'a type that nobody knows': [
    () => bytesOf(but(w, `"w":{"dtype":"F31","shape":[2],"data_offsets":[${first},${last}]}`), data),
    damaged,
    '"w" has no dtype, shape and data_offsets',
  ],
  'bytes that are no text': [() => bytesOf(unreadable(), data), damaged, 'its header is no text'],
  'a key that stands twice': [
    () => bytesOf(but('"format":"pt"', '"format":"pt","format":"pt"'), data),
    damaged,
    'a key stands twice',
  ],
  'a format to come': [
    () => bytesOf(but('"lanestep":"1"', '"lanestep":"2"'), data),
    damaged,
    'format 1, got "2"',
  ],
  'no groups': [
    () => bytesOf(but(/"param_groups":"(?:\\.|[^"\\])*",/, ''), data),
    damaged,
    'to have param_groups',
  ],
  'an array that nobody has': [
    () =>
      bytesOf(
        `${header.slice(0, -1)},"nobody":{"dtype":"F32","shape":[0],"data_offsets":[${data.length},${data.length}]}}`,
        data,
      ),
    'ERR_LANESTEP_STATE',
    'got "nobody" in it',
  ],
};

describe('is refused:', () => {
  it.each(Object.entries(forgeries))('%s', (_, [bytes, code, says]) => {
    const { optimizer, bits } = begin();
    const before = bits();
    expect(() => optimizer.deserialize(bytes())).toThrow(expect.objectContaining({ code }));
    expect(() => optimizer.deserialize(bytes())).toThrow(says);
    expect(bits()).toBe(before);
  });
});

describe('a step as large as a number can be', () => {
  const last = Number.MAX_SAFE_INTEGER - 1;
  const bytes = bytesOf(but('"steps":"1"', `"steps":"${last}"`), data);
  const schedules: Record<string, Hyper> = {
    constant: constant({ lr: 1 }),
    linear: linear({ lr: 1 }),
    exponential: exponential({ lr: 1, gamma: 0.999 }),
    stepDecay: stepDecay({ lr: 1, stepSize: 3 }),
    multiStep: multiStep({ lr: 1, milestones: [1, 2 ** 40] }),
    polynomial: polynomial({ lr: 1, totalIters: 2 ** 52, power: 0.3 }),
    cosine: cosine({ lr: 1, tMax: 7 }),
    cosineWarmRestarts: cosineWarmRestarts({ lr: 1, t0: 1 }),
    'cosineWarmRestarts, longer and longer': cosineWarmRestarts({ lr: 1, t0: 1, tMult: 2 }),
    cyclic: cyclic({ baseLr: 0, maxLr: 1, mode: 'exp_range', gamma: 0.9999 }).lr,
    oneCycle: oneCycle({ maxLr: 1, totalSteps: 9 }).lr,
    warmup: warmup({ steps: 5, schedule: cosine({ lr: 1, tMax: 7 }) }),
    sequence: sequence([{ schedule: 1, steps: 5 }, { schedule: exponential({ lr: 1, gamma: 0.9 }) }]),
    chained: chained({ lr: 1, factors: [0.5, cosine({ lr: 1, tMax: 4 })] }),
  };

  it.each(Object.entries(schedules))('is taken at once with %s', (_, lr) => {
    const params = { w: new Float32Array(2), b: new Float32Array(1) };
    const optimizer = new SGD(params, { lr, momentum: 0.9 });
    optimizer.deserialize(bytes);
    expect(optimizer.steps).toBe(last);
  });

  it.each(['bare', 'within others'])(
    'is refused with multiplicative, which would go all the way: %s',
    how => {
      let asked = 0;
      const factor = () => {
        asked++;
        return 1;
      };
      const bare = multiplicative({ lr: 1, factor });
      const lr = how === 'bare' ? bare : warmup({ steps: 2, schedule: chained({ lr: 1, factors: [bare] }) });
      const params = { w: new Float32Array(2), b: new Float32Array(1) };
      const optimizer = new SGD(params, { lr, momentum: 0.9 });
      expect(() => optimizer.deserialize(bytes)).toThrow(
        expect.objectContaining({
          code: 'ERR_LANESTEP_STATE',
          message: expect.stringContaining('call the schedule at steps on the way first'),
        }),
      );
      expect([asked, optimizer.steps]).toEqual([0, 0]);
      // As far as a training may well have come.
      optimizer.deserialize(bytesOf(but('"steps":"1"', '"steps":"1000000"'), data));
      expect(asked).toBeLessThanOrEqual(1_000_000);
    },
  );
});

it('what is sealed again without a change is taken', () => {
  const { optimizer, bits } = begin();
  const before = bits();
  optimizer.step({ w: Float32Array.of(1, 1), b: Float32Array.of(1) });
  optimizer.deserialize(bytesOf(header, data));
  expect(bits()).toBe(before);
});

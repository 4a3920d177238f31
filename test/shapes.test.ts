// The option `shapes`: how it is given, what is refused, what a checkpoint has of it, and how shapes are folded to matrices.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Adam, MovingAverage, readSafetensors, type Shape } from '../src/index.js';
import { fold, stackOf } from '../src/shape.js';
import { Session } from '../src/tfjs/session.js';
import { wrap } from '../src/tfjs/wrap.js';
import type { Wrong } from './bad-input/case.js';
import { step } from './every-optimizer.js';

const f32 = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);
const f64 = (length: number) => Float64Array.from({ length }, (_, i) => i + 0.5);
const wasm = { backend: 'wasm' } as const;

const shapesIn = async (bytes: Uint8Array): Promise<Record<string, readonly number[]>> =>
  Object.fromEntries(
    Array.from((await readSafetensors(bytes)).tensors, ([name, { shape, data }]) => {
      expect(data).toHaveLength(shape.reduce((product, n) => product * n, 1));
      return [name, shape];
    }),
  );

class Given {
  get w() {
    return [2, 3];
  }
}

describe('is seen in the portrait and in the checkpoint', () => {
  const rows: readonly [
    title: string,
    make: () => Wrong,
    grads: unknown,
    wanted: Record<string, Shape>,
    shown: RegExp,
  ][] = [
    [
      'of a list',
      () => new Adam([f32(6), f64(2)], { shapes: [[2, 3], null], ...wasm }),
      [f32(6), f64(2)],
      { 0: [2, 3], 1: [2] },
      /0: Float32Array\(2×3\).*1: Float64Array\(2\)/s,
    ],
    [
      'of a record, some of it, inherited',
      () => new Adam({ w: f32(6), b: f64(2) }, { shapes: new Given(), ...wasm }),
      { w: f32(6), b: f64(2) },
      { w: [2, 3], b: [2] },
      /w: Float32Array\(2×3\).*b: Float64Array\(2\)/s,
    ],
    [
      'of groups, beside their parameters and at the top',
      () =>
        new Adam(
          [
            { params: { w: f32(6) }, shapes: { w: [3, 2] } },
            { params: [f64(4)], lr: 1 },
          ],
          {
            shapes: [null, [[2, 1, 2]]],
            ...wasm,
          },
        ),
      [{ w: f32(6) }, [f64(4)]],
      { w: [3, 2], 0: [2, 1, 2] },
      /w: Float32Array\(3×2\).*0: Float64Array\(2×1×2\)/s,
    ],
    [
      'of a group that was added',
      () =>
        new Adam([{ params: [f32(6)], shapes: [[6, 1]] }], wasm).addGroup({
          params: { v: f32(1), e: f32(0) },
          shapes: { v: [], e: [4, -0] },
        }),
      [[f32(6)], { v: f32(1), e: f32(0) }],
      { 0: [6, 1], v: [], e: [4, 0] },
      /0: Float32Array\(6×1\).*v: Float32Array\(1\).*e: Float32Array\(4×0\)/s,
    ],
    [
      'of many dimensions',
      () => new Adam([f32(2)], { shapes: [[2, ...Array(63).fill(1)]], ...wasm }),
      [f32(2)],
      { 0: [2, ...Array(63).fill(1)] },
      /0: Float32Array\(2(×1){7}×…\)/,
    ],
  ];

  it.each(rows)('%s', async (_, make, grads, wanted, shown) => {
    const optimizer = make();
    step(optimizer, grads);
    expect(inspect(optimizer)).toMatch(shown);
    const saved = await shapesIn(optimizer.serialize());
    for (const [name, shape] of Object.entries(wanted))
      for (const key of [name, `state.${name}.exp_avg`, `state.${name}.exp_avg_sq`])
        expect(saved[key], key).toEqual(shape);
    expect(saved[`state.${Object.keys(wanted)[0]}.step`]).toEqual([]);
  });

  it('of averages', async () => {
    const average = new MovingAverage(
      { w: f32(6) },
      { shapes: { w: [2, 3] }, biasCorrection: true, ...wasm },
    );
    average.update();
    expect(await shapesIn(average.serialize())).toMatchObject({ w: [2, 3], 'state.w.average': [2, 3] });
  });

  it('of the variables of TensorFlow.js, which bring their own', () => {
    const known = { name: 'k', shape: [2, 3], size: 6, variable: null };
    const { inner } = new Session((params, options) => new Adam(params, options as Wrong), wasm, [known]);
    expect(inspect(inner)).toContain('1: Float32Array(2×3)');
    expect(() => wrap(Adam, { shapes: [[1]], ...wasm } as Wrong)).toThrow(
      expect.objectContaining({ code: 'ERR_LANESTEP_OPTION', message: expect.stringContaining('no shapes') }),
    );
  });
});

it('changes no bit, and keeps elements in their places in a file, doubles first', () => {
  const train = (shapes?: Wrong) => {
    const optimizer = new Adam({ m: f32(6), t: f64(8), s: f32(1) }, { shapes, ...wasm });
    optimizer.step({ m: f32(6), t: f64(8), s: f32(1) });
    return optimizer;
  };
  const shaped = train({ m: [3, 2], t: [2, 2, 2], s: [] });
  expect(shaped.stateDict()).toEqual(train().stateDict());
  const bytes = shaped.serialize();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const header = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + Number(view.getBigUint64(0, true)))),
  );
  for (const { dtype, data_offsets } of Object.values(header) as Wrong[])
    if (dtype === 'F64') expect(data_offsets[0] % 8).toBe(0);
  const other = train({ m: [3, 2], t: [2, 2, 2], s: [] });
  other.step({ m: f32(6), t: f64(8), s: f32(1) });
  other.deserialize(bytes);
  expect(other.stateDict()).toEqual(shaped.stateDict());
});

/** As whose lists `tolist()` of PyTorch gives it. */
const nested = (values: readonly number[], [, ...inner]: Shape): unknown => {
  if (inner.length === 0) return values;
  const size = inner.reduce((product, n) => product * n, 1);
  return Array.from({ length: values.length / size }, (_, i) =>
    nested(values.slice(i * size, (i + 1) * size), inner),
  );
};

const fitting: readonly [saved: Shape | undefined, own: Shape | undefined, fits: boolean][] = [
  [undefined, [2, 3], true],
  [[2, 3], undefined, true],
  [[2, 3], [6], true],
  [[2, 3], [2, 3], true],
  [[2, 3], [3, 2], false],
  [[2, 3], [1, 2, 3], false],
  [[1, 6], [6, 1], false],
];

describe.each(fitting)('saved as %j, loaded as %j', (saved, own, fits) => {
  const fresh = (shape: Shape | undefined) =>
    new Adam({ v: f32(2), w: f32(6) }, { shapes: { w: shape }, ...wasm });
  const make = (shape: Shape | undefined) => {
    const optimizer = fresh(shape);
    optimizer.step({ v: f32(2), w: f32(6) });
    return optimizer;
  };
  const bytes = make(saved).serialize();
  const state: Wrong = make(saved).stateDict();
  const lists = {
    ...state,
    state: {
      v: state.state.v,
      w: {
        ...state.state.w,
        exp_avg: nested([...state.state.w.exp_avg], saved ?? [6]),
      },
    },
  };
  const ways: Record<string, [load: (into: Wrong, options: object) => Wrong, got: string]> = {
    'a checkpoint': [(into, options) => into.deserialize(bytes, options), `F32[${saved?.join() ?? 6}]`],
    'its parameters alone': [
      (into, options) => into.deserialize(fresh(saved).serialize(), options),
      `F32[${saved?.join() ?? 6}]`,
    ],
    'its state alone': [
      (into, options) => into.deserialize(bytes, { params: false, ...options }),
      `F32[${saved?.join() ?? 6}]`,
    ],
    'lists in lists': [(into, options) => into.loadStateDict(lists, options), `${saved?.join('×')} numbers`],
  };

  it.each(Object.entries(ways))('%s', (_, [load, got]) => {
    const live = make(own);
    if (fits) {
      expect(load(live, {}).loaded).toEqual(['v', 'w']);
      expect(load(live, { partial: true }).mismatched).toEqual([]);
      return;
    }
    live.step({ v: f32(2), w: f32(6) });
    const before = live.stateDict();
    const expected = `Float32Array(${own!.join('×')})`;
    expect(() => load(live, {})).toThrow(
      expect.objectContaining({
        code: 'ERR_LANESTEP_STATE',
        message: expect.stringMatching(new RegExp(`w.*${expected.replace(/[()]/g, '\\$&')}.*got `)),
      }),
    );
    expect(() => load(live, {})).toThrow(`got ${got}`);
    expect(live.stateDict()).toEqual(before);
    const report = load(live, { partial: true });
    expect(report).toMatchObject({ loaded: ['v'], mismatched: [{ name: 'w', expected, got }] });
    expect(live.stateDict().state['w']).toEqual(before.state['w']);
  });
});

it('takes an array of one element for any shape of one', () => {
  const optimizer = new Adam({ w: f32(1) }, { shapes: { w: [1, 1] }, ...wasm });
  optimizer.step({ w: f32(1) });
  expect(optimizer.loadStateDict(optimizer.stateDict()).loaded).toEqual(['w']);
});

it.each<[shape: Shape, first: Shape, last: Shape, stack: Shape]>([
  [[], [1, 1], [1, 1], [1, 1, 1]],
  [[5], [1, 5], [1, 5], [1, 1, 5]],
  [[0], [1, 0], [1, 0], [1, 1, 0]],
  [
    [2, 3],
    [2, 3],
    [2, 3],
    [1, 2, 3],
  ],
  [
    [1, 5],
    [1, 5],
    [1, 5],
    [1, 1, 5],
  ],
  [
    [2, 3, 5],
    [2, 15],
    [6, 5],
    [2, 3, 5],
  ],
  [
    [2, 3, 5, 7],
    [2, 105],
    [30, 7],
    [6, 5, 7],
  ],
  [
    [4, 0, 3],
    [4, 0],
    [0, 3],
    [4, 0, 3],
  ],
])('folds %j', (shape, first, last, stack) => {
  for (const [stays, [rows, columns]] of [
    ['first', first],
    ['last', last],
  ] as const)
    expect(fold(shape, stays), stays).toEqual({ rows, columns });
  const [matrices, rows, columns] = stack;
  expect(stackOf(shape)).toEqual({ matrices, rows, columns });
});

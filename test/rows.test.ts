// Rules of rows and columns: their state has true shapes, is saved, loaded and taken back like any other, and no bit goes by how a
// step is taken.
import { describe, expect, it } from 'vitest';
import {
  Adafactor,
  AdafactorPaper,
  AdamMini,
  Amos,
  CAME,
  type FloatArray,
  NorMuon,
  readSafetensors,
  ShapeError,
  SM3,
  StateError,
} from '../src/index.js';
import { insideOf } from '../src/inside.js';
import type { Wrong } from './bad-input/case.js';
import { onEachBackend, waves } from './rules/trajectory.js';

type Class = new (params: Wrong, options: Wrong) => Wrong;

// Two dimensions, one row, one column, three dimensions where that is taken, a vector, nothing.
const flat = { w: [3, 5], r: [1, 40], c: [40, 1], v: [7], e: [4, 0], n: [0, 3], big: [70, 600] } as const;
const stacked = { ...flat, t: [2, 3, 4] } as const;
const product = (shape: readonly number[]) => shape.reduce((all, n) => all * n, 1);

interface Kind {
  readonly name: string;
  readonly Class: Class;
  readonly options: object;
  /** The pass that is lost. */
  readonly last: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The shapes of what a state has. */
  readonly saved: Readonly<Record<string, readonly number[]>>;
}

const kinds: readonly Kind[] = [
  {
    name: 'Adafactor',
    Class: Adafactor,
    last: 3,
    options: { weightDecay: 0.1 },
    shapes: stacked,
    saved: {
      'w.row_var': [3, 1],
      'w.col_var': [1, 5],
      't.row_var': [2, 3, 1],
      't.col_var': [2, 1, 4],
      'v.variance': [7],
      'e.row_var': [4, 1],
      'e.col_var': [1, 0],
    },
  },
  {
    name: 'AdafactorPaper',
    Class: AdafactorPaper,
    last: 3,
    options: { beta1: 0.9 },
    shapes: stacked,
    saved: {
      'w.exp_avg_sq_row': [3],
      'w.exp_avg_sq_col': [5],
      'w.exp_avg': [3, 5],
      't.exp_avg_sq_row': [2, 3],
      't.exp_avg_sq_col': [2, 4],
      'v.exp_avg_sq': [7],
    },
  },
  {
    name: 'CAME',
    Class: CAME,
    last: 3,
    options: { weightDecay: 0.1 },
    shapes: stacked,
    saved: {
      'w.exp_avg': [3, 5],
      'w.exp_avg_sq_row': [3],
      'w.exp_avg_sq_col': [5],
      'w.exp_avg_res_row': [3],
      'w.exp_avg_res_col': [5],
      't.exp_avg_sq_row': [2, 3],
      't.exp_avg_res_col': [2, 4],
      'v.exp_avg_sq': [7],
    },
  },
  {
    name: 'AdamMini',
    Class: AdamMini,
    last: 2,
    options: { weightDecay: 0.1 },
    shapes: stacked,
    saved: {
      'w.m': [3, 5],
      'w.vmean': [3, 1],
      't.m': [2, 3, 4],
      't.vmean': [2, 1, 1],
      'v.v': [7],
    },
  },
  {
    name: 'NorMuon',
    Class: NorMuon,
    last: 1,
    options: { weightDecay: 0.1, nsSteps: 2 },
    shapes: stacked,
    saved: {
      'w.momentum_buffer': [3, 5],
      'w.second_momentum_buffer': [3, 1],
      'c.second_momentum_buffer': [40, 1],
      't.exp_avg': [2, 3, 4],
      'v.exp_avg_sq': [7],
      'e.second_momentum_buffer': [4, 1],
    },
  },
  {
    name: 'Amos',
    Class: Amos,
    last: 2,
    options: { momentum: 0.9, lr: 0.1 },
    shapes: stacked,
    saved: {
      'w.v_row': [3, 1],
      'w.b_row': [3, 1],
      'w.ema': [3, 5],
      't.v_row': [2, 1, 1],
      'v.v': [7],
      'v.b': [7],
      'e.b_row': [4, 1],
    },
  },
  {
    name: 'SM3',
    Class: SM3,
    last: 1,
    options: { momentum: 0.9, beta: 0.5, maximize: true },
    shapes: flat,
    saved: {
      'w.accumulator_0': [3, 1],
      'w.accumulator_1': [1, 5],
      'w.momentum_buffer': [3, 5],
      'v.accumulator_0': [7],
    },
  },
];

const arrays = (shapes: Kind['shapes'], t: number): Record<string, FloatArray> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, Float32Array.from(waves(t + i, product(shape)))]),
  );

/** The same in memory that nothing can take away. */
const shared = (of: Readonly<Record<string, FloatArray | null>>): Record<string, FloatArray> =>
  Object.fromEntries(
    Object.entries(of).map(([name, array]) => {
      if (array === null) return [name, array as Wrong];
      const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
      copy.set(array);
      return [name, copy];
    }),
  );

function made(
  { Class, options, shapes }: Kind,
  backend: string,
  more: object = {},
  placed = (p: Wrong) => p,
) {
  const params: Record<string, FloatArray> = placed(arrays(shapes, 0));
  return { params, optimizer: new Class(params, { ...options, shapes, backend, ...more }) };
}

/** Whether an array, or what is in an object, has the same bits. */
const bits = (value: unknown): unknown =>
  JSON.stringify(value, (_, x) =>
    ArrayBuffer.isView(x) ? Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('hex') : x,
  );

describe.each(kinds)('$name', kind => {
  const { shapes, saved } = kind;
  const gradients = (t: number) => arrays(shapes, 10 * t);

  onEachBackend(backend => {
    it('has state of true shapes, and goes on from it with the same bits, here and elsewhere', async () => {
      const [whole, first] = [made(kind, backend), made(kind, backend)];
      for (let t = 1; t <= 4; t++) whole.optimizer.step(gradients(t));
      for (let t = 1; t <= 2; t++) first.optimizer.step(gradients(t));
      const bytes = first.optimizer.serialize();
      const { tensors } = await readSafetensors(bytes);
      for (const [name, shape] of Object.entries(saved)) {
        expect(tensors.get(`state.${name}`)?.shape, name).toEqual(shape);
        expect(tensors.get(`state.${name}`)?.data).toHaveLength(product(shape));
      }
      for (const on of [backend, 'wasm']) {
        for (const load of [
          (to: Wrong) => to.loadStateDict(first.optimizer.stateDict()),
          (to: Wrong) => to.loadStateDict(JSON.parse(JSON.stringify(plain(first.optimizer.stateDict())))),
          (to: Wrong) => to.deserialize(bytes),
        ]) {
          const second = made(kind, on);
          for (const [name, p] of Object.entries(first.params)) second.params[name]!.set(p);
          load(second.optimizer);
          for (let t = 3; t <= 4; t++) second.optimizer.step(gradients(t));
          expect(bits(second.params)).toBe(bits(whole.params));
          expect(bits(second.optimizer.stateDict().state)).toBe(bits(whole.optimizer.stateDict().state));
        }
      }
    });

    it('takes the same step on another thread, and leaves what has no gradient', async () => {
      const [here, there] = [made(kind, backend), made(kind, backend, {}, shared)];
      const some = { ...gradients(2), w: null, v: null };
      for (const given of [gradients(1), some, gradients(3)]) {
        here.optimizer.step(given);
        await there.optimizer.stepAsync(shared(given));
      }
      expect(bits(there.params)).toBe(bits(here.params));
      expect(bits(there.optimizer.stateDict())).toBe(bits(here.optimizer.stateDict()));
      expect(here.optimizer.stateDict().state.w.step).toBe(2);
    });

    it('measures and clips the gradients of matrices, too', () => {
      const [clipped, scaled] = [made(kind, backend, { clipNorm: 0.5 }), made(kind, backend)];
      const given = gradients(1);
      clipped.optimizer.step(given);
      const squares = Object.values(given).flatMap(g => Array.from(g, x => x * x));
      const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
      expect(clipped.optimizer.gradientNorm / norm).toBeCloseTo(1, 12);
      scaled.optimizer.set({ gradientScale: 0.5 / (clipped.optimizer.gradientNorm + 1e-6) });
      scaled.optimizer.step(given);
      expect(bits(clipped.params)).toBe(bits(scaled.params));
    });

    it('changes nothing where a pass is lost before the one that moves the parameters', () => {
      const { optimizer, params } = made(kind, backend);
      optimizer.step(gradients(1));
      const before = [bits(params), bits(optimizer.stateDict())];
      const { kernel } = insideOf(optimizer).phases as Wrong;
      const run = kernel.run.bind(kernel);
      const { last } = kind;
      let passes = 0;
      kernel.run = () => {
        if (++passes === last) throw new Error('lost');
        run();
      };
      expect(() => optimizer.step(gradients(2))).toThrow('lost');
      // One more may have put back what a rule wrote within the step.
      expect(passes).toBeGreaterThanOrEqual(last);
      expect([bits(params), bits(optimizer.stateDict())]).toEqual(before);
      kernel.run = run;
      const other = made(kind, backend);
      other.optimizer.step(gradients(1));
      for (const one of [optimizer, other.optimizer]) one.step(gradients(2));
      expect(bits(params)).toBe(bits(other.params));
    });

    it('refuses a state of other rows, and one of a vector', () => {
      const { optimizer } = made(kind, backend);
      const given = { w: new Float32Array(15).fill(1) };
      const of = (shape?: readonly number[]) => {
        const one = new kind.Class(
          { w: new Float32Array(15) },
          { ...kind.options, backend, shapes: shape && { w: shape } },
        );
        one.step(given);
        return one;
      };
      const matrix = of([3, 5]);
      const before = bits(matrix.stateDict());
      expect(() => matrix.loadStateDict(of([5, 3]).stateDict())).toThrow(StateError);
      const says = 'construct the optimizer with the shapes that the state was made with';
      for (const [a, b] of [
        [matrix, of()],
        [of(), matrix],
      ]) {
        expect(() => a.loadStateDict(b.stateDict())).toThrow(says);
        expect(() => a.deserialize(b.serialize())).toThrow(says);
      }
      expect(bits(matrix.stateDict())).toBe(before);
      optimizer.dispose();
    });

    it('leaves one out that was a vector and is a matrix, or the other way round, where partial', () => {
      const of = (shape: readonly number[]) => {
        const params = { w: new Float32Array(15), b: new Float32Array(4) };
        const one = new kind.Class(params, { ...kind.options, backend, shapes: { w: shape, b: [4] } });
        one.step({ w: params.w.slice().fill(1), b: params.b.slice().fill(1) });
        return one;
      };
      const [matrix, vector] = [of([3, 5]), of([15])];
      const [before, partial] = [bits(vector.stateDict()), { partial: true }];
      const mismatched = [{ name: 'w', expected: 'a vector', got: 'a matrix' }];
      expect(vector.loadStateDict(matrix.stateDict(), partial)).toMatchObject({ loaded: ['b'], mismatched });
      expect(vector.deserialize(matrix.serialize({ params: false }), partial)).toMatchObject({ mismatched });
      expect(bits(vector.stateDict())).toBe(before);
      expect(matrix.loadStateDict(vector.stateDict(), partial)).toMatchObject({
        mismatched: [{ name: 'w', expected: 'a matrix', got: 'a vector' }],
      });
    });
  });
});

// As JSON has it, and PyTorch's lists.
const plain = (state: Wrong): unknown =>
  JSON.parse(JSON.stringify(state, (_, x) => (ArrayBuffer.isView(x) ? Array.from(x as Float32Array) : x)));

it('SM3 takes two dimensions at most, and says so before anything is registered', () => {
  const error = expect.objectContaining({
    code: 'ERR_LANESTEP_SHAPE',
    message: expect.stringMatching(
      /^Expected at most two dimensions of params\.t for SM3, got \[2, 3, 4\]; give it/,
    ),
  });
  const params = { t: new Float32Array(24) };
  const shapes = { t: [2, 3, 4] } as const;
  expect(() => new SM3(params, { shapes })).toThrow(error);
  expect(() => new SM3(params, { shapes })).toThrow(ShapeError);
  const grown = new SM3([{ params: { w: new Float32Array(2) } }]);
  expect(() => grown.addGroup({ params, shapes })).toThrow(ShapeError);
  grown.addGroup({ params, shapes: { t: [6, 4] } }).step([null, { t: new Float32Array(24).fill(1) }]);
  expect(grown.stateDict().state.t).toMatchObject({ accumulator_0: new Float32Array(6).fill(1) });
});

// Without rows there are no elements, but numbers of columns all the same: more than there is memory, and in all 2^64 bytes and some.
onEachBackend(backend => {
  it.each([1, 128])('refuses columns without rows of which there are too many: %i times', count => {
    const params = Array.from({ length: count }, () => new Float64Array(0));
    const shapes = params.map(() => [Number.MAX_SAFE_INTEGER, 0, 1]);
    expect(() => new Adafactor(params, { backend, shapes })).toThrow(
      expect.objectContaining({ code: 'ERR_LANESTEP_MEMORY' }),
    );
  });
});

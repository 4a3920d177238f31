import { describe, expect, test } from 'vitest';
import { Adam, AdamMini, type FloatArray } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden, onEachBackend, waves } from './trajectory.js';

/** Takes how many blocks each tensor has, as the file says it, for the shapes that make them. */
class Blocks extends AdamMini<FloatArray[]> {
  constructor(params: FloatArray[], { blocks, ...options }: { blocks: readonly number[] }) {
    const shapes = params.map(({ length }, i) =>
      blocks[i] === length ? [length] : [blocks[i]!, length / blocks[i]!],
    );
    super(params, { ...options, shapes });
  }
}

// Of a block for each element our state is Adam's, under another name.
const isAdam = ({ blocks }: Readonly<Record<string, unknown>>) => (blocks as number[]).every(n => n >= 7);
followsGolden('adam-mini', Blocks, {
  ours: hyper => (isAdam(hyper) ? ['v'] : []),
  theirs: hyper => (isAdam(hyper) ? ['vmean'] : []),
});
keepsStages(AdamMini, 'decoupled', { lr: 0.1, betas: [0.7, 0.8], weightDecay: 0.1 });

describe('by hand', () => {
  // The root mean squares of the rows are 5, and so is that of both.
  const work = { start: [0, 0, 0, 0], grads: [[1, 7, 5, -5]], gives: [[-0.1, -0.7, -0.5, 0.5]] } as const;
  const options = { lr: 1, betas: [0.5, 0.5], eps: 5 };
  const m = [0.5, 3.5, 2.5, -2.5];
  worked('a block for each row', AdamMini, {
    ...work,
    options: { ...options, shapes: [[2, 2]] },
    state: { m, vmean: [12.5, 12.5] },
  });
  worked('a block of two rows', AdamMini, {
    ...work,
    options: { ...options, shapes: [[1, 2, 2]] },
    state: { m, vmean: [12.5] },
  });
});

describe('blocks', () => {
  onEachBackend(backend => {
    test('of one element are Adam', () => {
      const [a, b] = [waves(0, 5), waves(0, 5)];
      const [mini, adam] = [new AdamMini([a], { backend }), new Adam([b], { backend })];
      for (let t = 1; t <= 3; t++) {
        mini.step([waves(t, 5)]);
        adam.step([waves(t, 5)]);
      }
      expect(a).toEqual(b);
    });

    test('are what an index of the first dimension stands for', () => {
      const [a, b] = [waves(0, 24), waves(0, 24)];
      const [deep, flat] = [[[2, 3, 4]], [[2, 12]]].map(
        (shapes, i) => new AdamMini([[a, b][i]!], { shapes, backend }),
      );
      for (const optimizer of [deep!, flat!]) for (let t = 1; t <= 3; t++) optimizer.step([waves(t, 24)]);
      expect(a).toEqual(b);
      expect(deep!.stateDict().state[0]!.vmean).toHaveLength(2);
    });

    test('without elements', () => {
      const optimizer = new AdamMini([new Float64Array(0)], { shapes: [[2, 0]], backend });
      optimizer.step([new Float64Array(0)]);
      expect(optimizer.stateDict().state[0]!.vmean).toEqual(new Float64Array(2));
    });
  });
});

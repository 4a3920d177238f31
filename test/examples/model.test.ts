// The gradient by hand against the slope of the loss.
import { describe, expect, it } from 'vitest';
import { bagTexts } from '../../examples/language/features.js';
import { Model, type Tensors } from '../../examples/language/model.js';

const shape = { buckets: 64, width: 8, classes: 5 };
const texts = ['one', 'two words', 'Ελλάδα', 'ababab', ''];
const bags = bagTexts(texts, shape.buckets);
const labels = Int32Array.from([0, 1, 2, 3, 4]);

/** A fixed, irregular sequence in [0, 1). */
function source(): () => number {
  let k = 0;
  return () => {
    k++;
    return (k * 0.6180339887498949 + k * k * 0.01) % 1;
  };
}

const model = (): Model => new Model(shape, source());
const copy = ({ embedding, weights, bias }: Tensors): Tensors => ({
  embedding: embedding.slice(),
  weights: weights.slice(),
  bias: bias.slice(),
});

/** The mean loss over a batch, in double, from the formula. */
function lossOf({ embedding, weights, bias }: Tensors, batch: readonly number[]): number {
  let sum = 0;
  for (const i of batch) {
    const features = bags.indices.subarray(bags.offsets[i], bags.offsets[i + 1]);
    const hidden = Array.from({ length: shape.width }, (_, d) => {
      let total = 0;
      for (const feature of features) total += embedding[feature * shape.width + d]!;
      return total / Math.sqrt(features.length);
    });
    const logits = Array.from(bias, (b, c) =>
      hidden.reduce((logit, h, d) => logit + h * weights[c * shape.width + d]!, b),
    );
    const total = logits.reduce((all, logit) => all + Math.exp(logit), 0);
    sum += Math.log(total) - logits[labels[i]!]!;
  }
  return sum / batch.length;
}

describe('the model', () => {
  it('counts the loss of the formula', () => {
    const m = model();
    m.backward(bags, labels, Uint32Array.from([0, 1, 2, 3, 4]));
    expect(m.loss / m.seen).toBeCloseTo(lossOf(m.parameters, [0, 1, 2, 3, 4]), 10);
  });

  it.each(['embedding', 'weights', 'bias'] as const)(
    'has the slope of the loss as gradient of the %s',
    name => {
      const m = model();
      // One text twice, because rows that are touched again must add up.
      const batch = [0, 1, 2, 2, 3, 4];
      const gradient = m.backward(bags, labels, Uint32Array.from(batch))[name];
      const step = 2 ** -8;
      for (let i = 0; i < gradient.length; i++) {
        const slope = (by: number): number => {
          const moved = copy(m.parameters);
          moved[name][i]! += by;
          return lossOf(moved, batch);
        };
        // The parameters are float32, so the distance really moved is asked for.
        const at = m.parameters[name][i]!;
        const distance = Math.fround(at + step) - Math.fround(at - step);
        expect(Math.abs((slope(step) - slope(-step)) / distance - gradient[i]!)).toBeLessThan(2e-5);
      }
    },
  );

  it('forgets the gradients of the batch before', () => {
    const once = model();
    const twice = model();
    twice.backward(bags, labels, Uint32Array.from([2, 3]));
    const after = twice.backward(bags, labels, Uint32Array.from([0, 4]));
    expect(after).toEqual(once.backward(bags, labels, Uint32Array.from([0, 4])));
  });

  it('gives probabilities', () => {
    const m = model();
    for (const i of texts.keys()) {
      const output = m.probabilities(bags, i);
      expect(output.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(Math.min(...output)).toBeGreaterThan(0);
    }
  });

  it('begins with the same bits for the same source', () => {
    expect(model().parameters).toEqual(model().parameters);
    expect(new Set(model().parameters.embedding).size).toBeGreaterThan(shape.buckets);
  });
});

import type { Bags } from './features.js';

/** What is trained: embedding [buckets, width], weights [classes, width] and bias [classes], each row by row. */
export type Tensors = {
  readonly embedding: Float32Array;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
};

export interface Shape {
  readonly buckets: number;
  /** Numbers per row: a multiple of 8. */
  readonly width: number;
  readonly classes: number;
}

function zeros({ buckets, width, classes }: Shape): Tensors {
  return {
    embedding: new Float32Array(buckets * width),
    weights: new Float32Array(classes * width),
    bias: new Float32Array(classes),
  };
}

/**
 * A bag of embeddings and a linear layer, `softmax(weights · (Σ embedding[feature] / √count) + bias)`, with the
 * gradient of its cross entropy.
 *
 * What reaches a parameter is made of + - * / √ and `Math.exp` in one written order, so that a training gives the same
 * bits whatever runs the optimizer. Sums are kept in registers, a few columns at a time, and nothing is allocated:
 * beside an optimizer at the speed of memory this is most of the time.
 */
export class Model {
  readonly shape: Shape;
  readonly parameters: Tensors;
  /** Filled by `backward`; dense, as the optimizers are. */
  readonly gradients: Tensors;
  /** Of all texts that `backward` has seen: how many there were, the sum of their losses, how many it had right. */
  seen = 0;
  loss = 0;
  correct = 0;

  /** Of the last text: its scaled sum of embeddings, the gradient there, and the probabilities (or their errors). */
  readonly #hidden: Float64Array;
  readonly #hiddenGradient: Float64Array;
  readonly #output: Float64Array;
  /** The rows of the embedding's gradient that are not zero, and the batch in which each row was last written. */
  readonly #touched: Int32Array;
  readonly #touchedIn: Int32Array;
  #touchedCount = 0;
  #batches = 0;

  /** @param random the source of the first parameters */
  constructor(shape: Shape, random: () => number) {
    this.shape = shape;
    this.parameters = zeros(shape);
    this.gradients = zeros(shape);
    this.#hidden = new Float64Array(shape.width);
    this.#hiddenGradient = new Float64Array(shape.width);
    this.#output = new Float64Array(shape.classes);
    this.#touched = new Int32Array(shape.buckets);
    this.#touchedIn = new Int32Array(shape.buckets);
    const { embedding, weights } = this.parameters;
    const around = (reach: number): number => (random() * 2 - 1) * reach;
    for (let i = 0; i < embedding.length; i++) embedding[i] = around(1 / shape.width);
    for (let i = 0; i < weights.length; i++) weights[i] = around(1 / Math.sqrt(shape.width));
  }

  /** How many parameters there are. */
  get size(): number {
    const { embedding, weights, bias } = this.parameters;
    return embedding.length + weights.length + bias.length;
  }

  /** The probability of each class for text `i`, in an array that the next call overwrites. */
  probabilities(bags: Bags, i: number): Float64Array {
    const { width, classes } = this.shape;
    const { embedding, weights, bias } = this.parameters;
    const { indices, offsets } = bags;
    const hidden = this.#hidden;
    const output = this.#output;
    const start = offsets[i]!;
    const end = offsets[i + 1]!;
    const scale = 1 / Math.sqrt(Math.max(1, end - start));
    for (let d = 0; d < width; d += 8) {
      let h0 = 0,
        h1 = 0,
        h2 = 0,
        h3 = 0,
        h4 = 0,
        h5 = 0,
        h6 = 0,
        h7 = 0;
      for (let f = start; f < end; f++) {
        const at = indices[f]! * width + d;
        h0 += embedding[at]!;
        h1 += embedding[at + 1]!;
        h2 += embedding[at + 2]!;
        h3 += embedding[at + 3]!;
        h4 += embedding[at + 4]!;
        h5 += embedding[at + 5]!;
        h6 += embedding[at + 6]!;
        h7 += embedding[at + 7]!;
      }
      hidden[d] = h0 * scale;
      hidden[d + 1] = h1 * scale;
      hidden[d + 2] = h2 * scale;
      hidden[d + 3] = h3 * scale;
      hidden[d + 4] = h4 * scale;
      hidden[d + 5] = h5 * scale;
      hidden[d + 6] = h6 * scale;
      hidden[d + 7] = h7 * scale;
    }
    let largest = -Infinity;
    for (let c = 0, at = 0; c < classes; c++) {
      // Four sums, because one would wait for its own last addition.
      let s0 = bias[c]!,
        s1 = 0,
        s2 = 0,
        s3 = 0;
      for (let d = 0; d < width; d += 4, at += 4) {
        s0 += weights[at]! * hidden[d]!;
        s1 += weights[at + 1]! * hidden[d + 1]!;
        s2 += weights[at + 2]! * hidden[d + 2]!;
        s3 += weights[at + 3]! * hidden[d + 3]!;
      }
      const logit = s0 + s1 + (s2 + s3);
      output[c] = logit;
      if (logit > largest) largest = logit;
    }
    let total = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(output[c]! - largest);
      output[c] = e;
      total += e;
    }
    for (let c = 0; c < classes; c++) output[c]! /= total;
    return output;
  }

  /** The gradients of the mean loss over the texts whose numbers are in `batch`. */
  backward(bags: Bags, labels: Int32Array, batch: Uint32Array): Tensors {
    this.#clear();
    const stamp = ++this.#batches;
    const share = 1 / batch.length;
    for (let b = 0; b < batch.length; b++) {
      const i = batch[b]!;
      const label = labels[i]!;
      const output = this.probabilities(bags, i);
      this.#count(output, label);
      output[label]! -= 1;
      this.#backwardLinear(share);
      this.#backwardEmbedding(bags, i, stamp);
    }
    return this.gradients;
  }

  /** From the errors in `#output` to the gradients of weights, bias and `#hidden`. */
  #backwardLinear(share: number): void {
    const { width, classes } = this.shape;
    const { weights } = this.parameters;
    const { weights: weightsGradient, bias: biasGradient } = this.gradients;
    const hidden = this.#hidden;
    const hiddenGradient = this.#hiddenGradient;
    const errors = this.#output;
    for (let c = 0; c < classes; c++) {
      errors[c]! *= share;
      biasGradient[c]! += errors[c]!;
    }
    for (let d = 0; d < width; d += 4) {
      const h0 = hidden[d]!,
        h1 = hidden[d + 1]!,
        h2 = hidden[d + 2]!,
        h3 = hidden[d + 3]!;
      let g0 = 0,
        g1 = 0,
        g2 = 0,
        g3 = 0;
      for (let c = 0, at = d; c < classes; c++, at += width) {
        const error = errors[c]!;
        weightsGradient[at]! += error * h0;
        weightsGradient[at + 1]! += error * h1;
        weightsGradient[at + 2]! += error * h2;
        weightsGradient[at + 3]! += error * h3;
        g0 += error * weights[at]!;
        g1 += error * weights[at + 1]!;
        g2 += error * weights[at + 2]!;
        g3 += error * weights[at + 3]!;
      }
      hiddenGradient[d] = g0;
      hiddenGradient[d + 1] = g1;
      hiddenGradient[d + 2] = g2;
      hiddenGradient[d + 3] = g3;
    }
  }

  /** Adds the gradient of `#hidden` to the row of each of the text's features. */
  #backwardEmbedding({ indices, offsets }: Bags, i: number, stamp: number): void {
    const { width } = this.shape;
    const { embedding: gradient } = this.gradients;
    const hiddenGradient = this.#hiddenGradient;
    const touched = this.#touched;
    const touchedIn = this.#touchedIn;
    const start = offsets[i]!;
    const end = offsets[i + 1]!;
    const scale = 1 / Math.sqrt(Math.max(1, end - start));
    for (let d = 0; d < width; d++) hiddenGradient[d]! *= scale;
    for (let f = start; f < end; f++) {
      const feature = indices[f]!;
      if (touchedIn[feature] !== stamp) {
        touchedIn[feature] = stamp;
        touched[this.#touchedCount++] = feature;
      }
      const row = feature * width;
      for (let d = 0; d < width; d++) gradient[row + d]! += hiddenGradient[d]!;
    }
  }

  #count(output: Float64Array, label: number): void {
    let best = 0;
    for (let c = 1; c < output.length; c++) if (output[c]! > output[best]!) best = c;
    if (best === label) this.correct++;
    // Not the way to a parameter, so a logarithm may be here.
    this.loss -= Math.log(Math.max(output[label]!, Number.MIN_VALUE));
    this.seen++;
  }

  /** Zeroes what the last batch has written: some thousand rows out of 131,072. */
  #clear(): void {
    const { width } = this.shape;
    const { embedding, weights, bias } = this.gradients;
    for (let t = 0; t < this.#touchedCount; t++) {
      const row = this.#touched[t]! * width;
      for (let d = 0; d < width; d++) embedding[row + d] = 0;
    }
    this.#touchedCount = 0;
    weights.fill(0);
    bias.fill(0);
  }
}

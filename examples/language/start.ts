import { Random } from 'lanestep';
import { Model, type Shape } from './model.js';

/** Streams of one seed that do not overlap with those of the samplers, which are the numbers of epochs. */
const parametersStream = 2 ** 40;
const joinedStream = 2 ** 40 + 1;

/** A model that has learnt nothing yet: the same seed, the same bits. */
export function freshModel(shape: Shape, seed: number): Model {
  const random = new Random(seed, parametersStream);
  return new Model(shape, () => random.uniform());
}

/** What draws the names that are joined for the test. */
export function joinedNames(seed: number): () => number {
  const random = new Random(seed, joinedStream);
  return () => random.uniform();
}

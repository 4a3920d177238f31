/** The numbers that all contestants start from: they repeat, so that a reference need compute one period only. */
import type { Task } from './contestant.js';

const starts = [1, -0.5, 0.25, 0.75, -1.25];
const gradients = [0.01, -0.02, 0.015, 0.005, -0.0125];

/** Elements of a period: prime to every number of lanes, so that each value is met in each lane. */
export const period = starts.length;

const filled = (dtype: Task['dtype'], length: number, values: readonly number[]) => {
  const array = dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
  const first = Math.min(length, period);
  for (let i = 0; i < first; i++) array[i] = values[i]!;
  // By doubling what is there: ten million elements in milliseconds.
  for (let done = first; done < length; ) {
    const more = Math.min(done, length - done);
    array.copyWithin(done, 0, more);
    done += more;
  }
  return array;
};

type Arrays = Pick<Task, 'dtype' | 'lengths'>;

/** The parameters of a task, as they start. */
export const startOf = ({ dtype, lengths }: Arrays) => lengths.map(n => filled(dtype, n, starts));

/** Their gradients, at every step the same. */
export const gradientsOf = ({ dtype, lengths }: Arrays) => lengths.map(n => filled(dtype, n, gradients));

/** The loss of every step, for optimizers that go by it. */
export const lossOfRace = 0.5;

/** A race of `model.fit`, epoch by epoch: what the optimizer's share of a training step is, and what is won in all. */
import { packageOf } from '../contestants/tfjs.js';
import { expectAlive, expectSame } from './bits.js';
import type { Case, Model } from './cases.js';
import type { Contest } from './contest.js';
import { make, type Train } from './optimizers.js';
import type { Pace } from './pace.js';
import type { Sides } from './results.js';
import { type Layers, madeUp, Training } from './training.js';

const packageName = '@tensorflow/tfjs-layers';

/**
 * Both take the same steps here, so that their weights can be compared with one another.
 *
 * @returns why it cannot take place, where it cannot
 */
export async function raceOfFit(
  { id, raced }: Case,
  model: Model,
  { tf, stock: theirs, dropIn: ours }: Contest,
  { rounds, batches }: Pace,
): Promise<Sides | string> {
  const layers = packageOf<Layers>(packageName);
  if (typeof layers === 'string') return layers;
  const data = madeUp(tf, model.widths, model.batch * batches);
  const training = (name: string, train: Train): Training =>
    new Training(name, make(train, raced), layers, model, data);
  const [stock, dropIn] = [training('tf.train', theirs), training('the drop-in', ours)] as const;
  const both = [stock, dropIn];
  try {
    const start = stock.look();
    for (const one of both) await one.epoch(false);
    for (let round = 0; round < rounds; round++) {
      for (const one of round % 2 === 0 ? both : both.toReversed()) await one.epoch(true);
    }
    const what = `${dropIn.name} in ${id} after ${dropIn.side.steps} steps`;
    expectAlive(stock.look(), start, what.replace(dropIn.name, stock.name));
    expectSame(dropIn.look(), stock.look(), what);
  } finally {
    for (const one of both) one.dispose();
    tf.dispose(data);
  }
  return { stock: stock.side, dropIn: dropIn.side };
}

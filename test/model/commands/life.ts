/** The end of optimizers, and what comes after it. */
import fc from 'fast-check';
import { command, commandTo } from '../command.js';
import { must, mustSettle } from '../outcome.js';
import { gc } from '../world.js';

export const disposes = commandTo('dispose', fc.constant(null), async subject => {
  const { optimizer } = subject;
  must('dispose', null, () => optimizer.dispose());
  subject.disposed = true;
  must('serialize', 'DISPOSED', () => optimizer.serialize());
  await mustSettle('stepAsync', 'DISPOSED', optimizer.stepAsync([]));
});

/** Nobody knows of it any more, disposed or not. */
export const drops = command(
  'drop',
  fc.tuple(fc.nat(2), fc.boolean()),
  (world, [which, collects], random) => {
    world.subjects.splice(which % world.subjects.length, 1);
    if (collects) gc(random.word());
  },
  world => world.subjects.length > 0,
);

export const collects = command('gc', fc.constant(null), (_, __, random) => gc(random.word()));

/** A step of several passes: what the rule's generator yields, made into runs of the kernel. */
import type { Demanding } from './drive.js';
import type { Inside } from './inside.js';
import type { Passes, Sums } from './pass.js';
import type { Rule } from './rule.js';

/** Nothing was added up yet. */
const noSums: Sums = { of: () => 0, all: () => 0 };

/** A rule's step as passes: its own, or the one that its coefficients make. */
function* onePass<Options extends object>({ coefficients }: Rule<Options>): Passes<Options> {
  yield {
    kernel: '',
    numbers: ({ options, t, scalars, least }) => coefficients!(options, t, scalars, least),
  };
  return undefined;
}

/**
 * One step. It happens when the generator is done; where it throws, it has brought the parameters back.
 *
 * @param given gradients, for rules without a closure
 */
export function* stepOf<Options extends object>(inside: Inside<Options>, given: unknown): Demanding {
  const { rule, phases } = inside;
  phases.begin();
  try {
    if (!rule.closure) phases.take(given);
    const passes = rule.passes?.(inside.beginning()) ?? onePass(rule);
    let next = passes.next();
    while (!next.done) {
      try {
        if (next.value === 'gradients') {
          phases.take(yield 'gradients');
        } else if (phases.aim(next.value)) {
          yield 'run';
          phases.ran();
        }
      } catch (error) {
        next = passes.throw(error);
        continue;
      }
      next = passes.next(noSums);
    }
    inside.finish(next.value);
  } catch (error) {
    phases.takeBack();
    throw error;
  }
}

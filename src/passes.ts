/** A step of several passes: what the rule's generator yields, made into runs of the kernel. */
import { type Demanding, drive, driveAsync } from './drive.js';
import { ShapeError, show } from './errors.js';
import { checkLoss, Skipped } from './gradients.js';
import type { Inside } from './inside.js';
import type { Passes } from './pass.js';
import type { Rule } from './rule.js';

/** The step of a rule of one pass, as passes. */
export function* onePass<Options extends object>({ coefficients }: Rule<Options>): Passes<Options> {
  yield {
    kernel: '',
    numbers: ({ options, t, scalars, least }) => coefficients!(options, t, scalars, least),
  };
  return undefined;
}

// Before any parameter moves: an optimizer of another class takes the gradients themselves.
function checkClosure(closure: unknown): void {
  if (typeof closure === 'function') return;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected a closure that computes the gradients for step, got ${show(closure)}`,
  );
}

/** Takes gradients, and looks at them where the options of a group say so. */
function* taken<Options extends object>(inside: Inside<Options>, given: unknown): Demanding {
  const { phases, aims } = inside;
  aims.take(inside.hear(given), inside.told.hessian);
  if (inside.measures) {
    if (aims.atNorm()) yield 'run';
    const gradientNorm = aims.norm();
    inside.report = {
      gradientNorm,
      clipFactors: inside.options.map(of => aims.clipFactorOf(of)),
      skipped: null,
    };
    aims.checkFinite();
    if (inside.told.hessian !== undefined && aims.atNorm('hessian')) {
      yield 'run';
      aims.checkFiniteHessian();
    }
    if (inside.rule.byLoss) checkLoss(inside.options, inside.told.loss);
  }
  if (inside.switched('gradients')) {
    inside.gradientSwitches.prepare();
    aims.seat();
    yield* inside.gradientSwitches.change();
  }
  if (inside.switched('updates')) inside.updateSwitches.prepare();
  phases.start();
}

/**
 * One step. It happens when the generator is done; where it throws, it has brought the parameters back.
 *
 * @param given gradients, or the closure that gives them
 */
function* stepOf<Options extends object>(inside: Inside<Options>, given: unknown): Demanding {
  const { rule, phases, aims } = inside;
  if (rule.closure) {
    checkClosure(given);
    phases.begin();
  }
  try {
    if (!rule.closure) yield* taken(inside, given);
    const passes = rule.passes?.(inside.beginning()) ?? onePass(rule);
    let next = passes.next();
    while (!next.done) {
      try {
        if (next.value === 'gradients') {
          yield* taken(inside, yield 'gradients');
        } else if (aims.at(next.value)) {
          // The pass in which the rule itself moves the parameters.
          const switched = next.value.kernel === '' && inside.switched('updates');
          if (switched) yield* inside.updateSwitches.begin();
          yield 'run';
          aims.ran();
          if (switched) yield* inside.updateSwitches.end();
        }
      } catch (error) {
        next = passes.throw(error);
        continue;
      }
      next = passes.next(aims.sums);
    }
    aims.writeSides(next.value?.write);
    inside.finish(next.value);
  } catch (error) {
    phases.moves.takeBack();
    if (!(error instanceof Skipped)) throw error;
    inside.report = { ...inside.report!, skipped: error.why };
    inside.revertOptions();
  }
}

/** One step, at once. */
export function stepInPasses<Options extends object>(inside: Inside<Options>, given: unknown): void {
  drive(stepOf(inside, given), demand => {
    if (demand === 'gradients') return (given as () => unknown)();
    return (demand === 'run' ? inside.phases : demand).kernel.run();
  });
}

/** One step with all passes on another thread. */
export async function stepInPassesAsync<Options extends object>(
  inside: Inside<Options>,
  given: unknown,
): Promise<void> {
  await driveAsync(stepOf(inside, given), (demand, failed) => {
    if (demand === 'gradients') return (given as () => unknown)();
    const { kernel } = demand === 'run' ? inside.phases : demand;
    // What brings the parameters back cannot fail for want of a thread.
    return failed ? kernel.run() : inside.phases.runAsync(kernel);
  });
}

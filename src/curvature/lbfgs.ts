import { OptionError, ShapeError } from '../errors.js';
import { lbfgsKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choiceOrNull, hyper, type Numbers, optional } from '../option-table.js';
import type { Grads, Params, ParamsLike } from '../params.js';
import type { Passes, Scalars, Step, Tensors } from '../pass.js';
import { nonNegative, wholeFromOne, wholeFromOneOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import { answerIn } from '../told.js';
import type { FloatArray, Hyper } from '../types.js';
import { all, History } from './history.js';
import { type Asking, type Line, type Point, strongWolfe } from './strong-wolfe.js';

/** What `LBFGS` takes; each number but `historySize` may be a function of the step. */
export interface LBFGSOptions extends Omit<StepOptions, 'clipNorm'> {
  /** How far a step goes along its direction, or, with a line search, where that begins, >= 0. Default 1. */
  lr?: Hyper;
  /** The most iterations of a step, a whole number >= 1. Default 20. */
  maxIter?: Hyper;
  /** After how many calls of the closure a step ends, a whole number >= 1. Default null: 5/4 of maxIter. */
  maxEval?: Hyper | null;
  /** A step ends where no element of the gradient is larger than this, >= 0. Default 1e-7. */
  toleranceGrad?: Hyper;
  /** A step ends where no parameter, or the loss, changes by more than this, >= 0. Default 1e-9. */
  toleranceChange?: Hyper;
  /** How many pairs of changes are remembered, a whole number >= 1: two arrays like the parameters each. Default 100. */
  historySize?: number;
  /** How the length of a step is found. Default null: it is lr. */
  lineSearchFn?: 'strong_wolfe' | null;
}

/** What the closure of `LBFGS` returns: the loss at the present parameters, and its gradients there. */
export interface Evaluation<P> {
  loss: number;
  grads: Grads<P>;
}

type Known = Numbers<LBFGSOptions & StepOptions>;

// Arrays like the parameters, for as long as a step takes: what stood in slots before it, and a gradient beside the last one.
interface Room {
  readonly d: readonly FloatArray[];
  readonly prev: readonly FloatArray[];
  readonly gradient: readonly FloatArray[];
}
const rooms = new WeakMap<Tensors, Room>();
function roomOf(tensors: Tensors): Room {
  const room = rooms.get(tensors) ?? {
    d: tensors.arrays(),
    prev: tensors.arrays(),
    gradient: tensors.arrays(),
  };
  rooms.set(tensors, room);
  return room;
}

/** The gradient where the parameters are. */
function* take(step: Step<Known>, t: number): Asking<Point> {
  yield 'gradients';
  const sums = yield { kernel: '', sums: ['slope', 'total', 'top'] };
  return {
    t,
    f: step.options.maximize ? -step.loss : step.loss,
    slope: sums.all('slope'),
    total: sums.all('total'),
    top: sums.most('top'),
  };
}

const moveTo = (t: number) => ({ ...all, kernel: 'lbfgs.at', numbers: () => [t] }) as const;

/** The iterations of a step from a point on whose gradient stands in its slot. */
function* iterations(step: Step<Known>, first: Point, history: History, { gradient }: Room): Asking<Scalars> {
  const { options, tensors, model } = step;
  const { lr, maxIter, toleranceGrad, toleranceChange } = options;
  const most = (options.maxEval as number | null) ?? Math.floor((maxIter * 5) / 4);
  let [now, before] = [first, first];
  let [n, t, evaluations] = [model.n_iter!, model.t!, 1];
  for (let i = 1; i <= maxIter; i++) {
    n++;
    if (n === 1) {
      yield { ...all, kernel: 'lbfgs.first' };
    } else {
      const length = t;
      const sums = yield { ...all, kernel: 'lbfgs.pair', numbers: () => [length], sums: ['ys', 'yy'] };
      if (sums.all('ys') > 1e-10) history.add(sums.all('ys'), sums.all('yy'));
      yield* history.turn();
    }
    before = now;
    t = n === 1 ? Math.min(1, 1 / now.total) * lr : lr;
    const sums = yield { ...all, kernel: 'lbfgs.start', sums: ['slope', 'top'] };
    const [slope, longest] = [sums.all('slope'), sums.most('top')];
    if (slope > -toleranceChange) break;
    if (options.lineSearchFn !== null) {
      let last = t;
      const line: Line = {
        start: { ...now, t: 0, slope },
        longest,
        *evaluate(to) {
          last = to;
          yield moveTo(to);
          return yield* take(step, to);
        },
        keep: () => tensors.copy('grad', gradient),
        keepStart: () => tensors.copy('prev_flat_grad', gradient),
      };
      const { point, kept, evaluations: more } = yield* strongWolfe(line, t);
      if (kept) tensors.restore('grad', gradient);
      if (point.t !== last) yield moveTo(point.t);
      now = point;
      t = point.t;
      evaluations += more;
    } else {
      yield moveTo(t);
      if (i < maxIter) {
        now = yield* take(step, t);
        evaluations++;
      }
    }
    const isLast = i === maxIter || evaluations >= most;
    if (isLast || now.top <= toleranceGrad || longest * Math.abs(t) <= toleranceChange) break;
    if (Math.abs(now.f - before.f) < toleranceChange) break;
  }
  return { func_evals: model.func_evals! + evaluations, n_iter: n, t, ...history.scalars };
}

/** The rule of `LBFGS`. */
export const lbfgs: Rule<LBFGSOptions> = {
  // Its only kernel that reads gradients.
  name: 'lbfgs.take',
  kernels: lbfgsKernels,
  slotAccess,
  title: 'lbfgs',
  label: 'LBFGS',
  unswitched: {
    gradients: 'its directions and line search need the gradient of the loss itself',
    updates: 'it moves along a line until the loss is low enough there',
  },
  options: {
    lr: hyper(1, nonNegative),
    maxIter: hyper(20, wholeFromOne),
    maxEval: optional(wholeFromOneOrNull) as never,
    toleranceGrad: hyper(1e-7, nonNegative),
    toleranceChange: hyper(1e-9, nonNegative),
    historySize: hyper(100, wholeFromOne),
    lineSearchFn: choiceOrNull('strong_wolfe'),
  },
  check(options) {
    const { clipNorm = null } = options as Partial<Known>;
    if (clipNorm !== null)
      throw new OptionError('Expected no clipNorm for LBFGS, whose gradients must be those of its loss');
  },
  flags({ historySize }) {
    if (Number.isNaN(historySize))
      throw new OptionError('Expected a number for historySize, got a function of the step');
    return [`history of ${historySize}`];
  },
  unnamed: 'all',
  slots: [
    { name: 'prev_flat_grad' },
    { name: 'grad', scratch: true },
    { name: 'd' },
    { name: 'y', scratch: true },
    { name: 's', scratch: true },
    { name: 'origin', scratch: true },
    { name: 'old_dirs', times: o => o.historySize },
    { name: 'old_stps', times: o => o.historySize },
  ],
  byLoss: true,
  closure: true,
  answer: answerIn,
  look({ gradients, parameters, words }) {
    const missing = parameters[gradients.indexOf(null)];
    if (missing !== undefined)
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        `Expected a gradient for every parameter of LBFGS, got none for ${words.grads}${missing.path}`,
      );
  },
  model: () => ({ func_evals: 0, n_iter: 0, t: 0, pairs: 0, next_pair: 0, H_diag: 1 }),
  *passes(given): Passes<LBFGSOptions> {
    const step = given as unknown as Step<Known>;
    const { tensors, model, options } = step;
    const first = yield* take(step, 0) as Asking<Point>;
    if (first.top <= options.toleranceGrad) return { model: { ...model, func_evals: model.func_evals! + 1 } };
    const room = roomOf(tensors);
    tensors.copy('d', room.d);
    tensors.copy('prev_flat_grad', room.prev);
    const history = new History(tensors, options.historySize, model);
    yield { ...all, kernel: 'origin' };
    try {
      yield* history.recall();
      return { model: yield* iterations(step, first, history, room) };
    } catch (error) {
      tensors.restore('d', room.d);
      tensors.restore('prev_flat_grad', room.prev);
      history.revert();
      yield { ...all, kernel: 'origin.back' };
      throw error;
    }
  },
};

/**
 * L-BFGS: the direction of each iteration is made of the gradient and of how gradients and parameters have changed before, as Newton's
 * would be. It asks for loss and gradients within a step, so it takes a closure.
 *
 *     y = g - g_before        s = t d        kept where y·s > 1e-10        d = -H g        p = p + t d
 *     H: the two loops over the last pairs (y, s), from y·s / y·y on the diagonal
 *     t = lr, of the first iteration of all min(1, 1/Σ|g|) lr; with 'strong_wolfe' found from there on
 *
 * Nocedal 1980; Liu and Nocedal 1989; options, defaults and numbers of `torch.optim.LBFGS`. For a whole loss, not for one of mini-batches:
 * a noisy gradient spoils the history. All parameters are one vector: they are one group, and each must have a gradient. Products and
 * sums are added up in double. The pairs that do not fit any more go, oldest first; their memory is there from the beginning. Where
 * the closure throws, parameters and state are as they were before the step.
 *
 *     const optimizer = new LBFGS([theta], { lineSearchFn: 'strong_wolfe' });
 *     optimizer.step(() => ({ loss: lossOf(theta), grads: [gradientOf(theta)] }));
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class LBFGS<const P extends ParamsLike<P> = Params> extends Optimizer<
  LBFGSOptions,
  P,
  () => Evaluation<P>
> {
  constructor(params: P, options: LBFGSOptions & Settings<P> = {}) {
    super(lbfgs, params, options);
    if (this.groups.length === 1) return;
    this.dispose();
    throw onlyOneGroup();
  }

  /**
   * One step: up to `maxIter` iterations.
   *
   * @param closure computes loss and gradients at the present values of the parameters
   * @throws whatever the closure throws, or what `Optimizer.step` does; parameters and state are then as they were
   */
  override step(closure: () => Evaluation<P>): void {
    super.step(closure);
  }

  /**
   * The same with all passes on another thread. The closure may return a promise.
   *
   * @throws like `Optimizer.stepAsync`, by rejecting; parameters and state are then as they were
   */
  override stepAsync(closure: () => Evaluation<P> | Promise<Evaluation<P>>): Promise<void> {
    return super.stepAsync(closure as () => Evaluation<P>);
  }

  /**
   * There is one group.
   *
   * @throws OptionError
   */
  override addGroup(): never {
    throw onlyOneGroup();
  }
}

const onlyOneGroup = (): OptionError =>
  new OptionError(
    'Expected one group of parameters for LBFGS, whose direction is that of all of them together',
  );

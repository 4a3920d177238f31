/** The contract that a rule keeps. Those in `rules/` stand on this file, and it on none of them. */
import type { Numbers, Option, OptionTable } from './option-table.js';
import type { Incoming, Passes, Scalars, Step } from './pass.js';
import type { Shape, Stack } from './shape.js';
import { type StepOptions, stepOptions } from './step-options.js';

/** One array of state that a tensor has. */
export interface Slot<Options extends object> {
  /** PyTorch's name. */
  readonly name: string;
  /** The flags that need it: it is there with any of these. Always, where this is absent. */
  readonly when?: readonly string[];
  /** The flag that leaves it out. */
  readonly unless?: string;
  /** Whether it has one number for each row of a grid, or for each column of its matrices. Like the parameter, where this is absent. */
  readonly along?: 'row' | 'column';
  /**
   * What the rows of a grid are, where the tensor has more than two dimensions: those of the matrices of its last two (absent), or what
   * an index of the first dimension stands for.
   */
  readonly rowsAre?: 'first';
  /** Whether its shape leaves out the dimension that there is one of; PyTorch keeps it. */
  readonly squeezed?: boolean;
  /** What it begins with, by the options of then; zeros where it is absent. */
  initial?(options: Numbers<Options>): number;
  /**
   * What it begins with where it joins in mid-training, since an option that needs it is switched on and the state has nothing
   * for it: `'zeros'`, the values of another slot by its name, or, with `'first step'`, the tensor's next step is its first. Absent
   * where it has no sound beginning then: such a state is refused.
   */
  readonly joins?: string;
  /** Whether it is only used within a step, and no part of a state dict. */
  readonly scratch?: boolean;
  /**
   * As how many arrays like the parameter it is kept, one after the other; one, where this is absent. A slot of several stands behind
   * those of the kernels' letters, which do not reach it: a pass has it in the gradient's place (`bound`).
   */
  times?(options: Numbers<Options>): number;
  /**
   * The shape that it has, whatever the parameter's type in doubles: a matrix of a side of the parameter, say. Like one of several arrays
   * it stands beside the kernels' letters, behind them.
   */
  apart?(shape: Shape, options: Numbers<Options>): Shape;
  /** Whether it begins with what the parameter holds at its tensor's first gradient. */
  readonly copies?: boolean;
}

/** Of a rule that computes where parameters are out of its state: a move that was made another would come back at the next step. */
export const placed = {
  updates: 'it computes where parameters are, not how they move, and would undo the change',
} as const;

/** WebAssembly's kernels out of one file of assembly/rules: their names, and a module for each element type, in hexadecimal. */
export interface KernelModules {
  readonly names: readonly string[];
  readonly float32: string;
  readonly float64: string;
}

/** What an optimizer is, apart from its arithmetic. */
export interface Rule<Options extends object> {
  /** The word that names its files in every folder, and its kernels. */
  readonly name: string;
  /**
   * Where the kernels of its passes come from on WebAssembly, besides those that every optimizer has, `norm` and `origin` among them: a
   * bundle carries those of the rules that are in it. Those of `assembly/rules/adam.ts` are `adamKernels`.
   */
  readonly kernels: readonly KernelModules[];
  /**
   * `slotAccess` of src/slot-access.ts, for a rule that reads, writes or fills slots itself, has some beside the kernels' letters, or asks
   * what its tensors are. Who needs none of that in a browser does not carry it.
   */
  readonly slotAccess?: object;
  /** What its users call it, in messages: the name of its class, or of its function. */
  readonly label: string;
  /** The word that a checkpoint has for it, where its kernels are another's: `adamw`. Its name where it is absent. */
  readonly title?: string;
  /** Its own options. Those of the step (`src/step-options.ts`) come to them by themselves. */
  readonly options: OptionTable<Omit<Options, keyof StepOptions>>;
  /** Whether it does not take the options of the step: what it does with `g` is not a step along a gradient. */
  readonly ownOptionsOnly?: boolean;
  /** Throws an OptionError where options that are valid by themselves do not go together. */
  check?(options: Numbers<Options>): void;
  /**
   * The flags of the kernel that these options need, in the order of its name: `['amsgrad']`. A function of the step
   * stands here as NaN.
   */
  flags?(options: Numbers<Options>): readonly string[];
  /** Flags that lead to slots and not to other kernels: they are left out of a kernel's name. `all`, where none is a kernel's. */
  readonly unnamed?: readonly string[] | 'all';
  /** Its state, in the order of the kernels' letters. */
  readonly slots: readonly Slot<Options>[];
  /**
   * The matrices as which tensors of a shape are walked row by row; null for those that are not. They have the flag `factored`
   * behind those of the options, which must tell all that it asks of the options. The clock of such a rule is `own`.
   *
   * @throws ShapeError where it can do nothing with that shape; `shown` is what the tensor is called
   */
  grid?(shape: Shape, shown: string, options: Numbers<Options>): Stack | null;
  /** Whether a pass of it is work on whole matrices, for which a backend needs room. */
  readonly whole?: boolean;
  /** What a parameter is filled with before its first step. For averages alone, whose parameter is nobody else's. */
  readonly initialParameter?: number;
  /** Options that say which state there is. They are numbers, and stay as they were given. */
  readonly fixed?: readonly string[];
  /** Whether its steps go by how many a tensor has taken, so that the count is a state by itself. */
  readonly byCount?: boolean;
  /** Whether PyTorch keeps no step count for it. */
  readonly uncounted?: boolean;
  /**
   * How weight decay enters: into the gradient, or by itself, times the learning rate unless it is `fixed`. Absent where the rule
   * has none.
   */
  weightDecay?(options: Numbers<Options>): {
    readonly rate: number;
    readonly decoupled: boolean;
    readonly fixed?: boolean;
  };
  /** Whether its passes say themselves what is kept of the parameters (`keep` of a pass), and so have decoupled decay. */
  readonly keeps?: boolean;
  /** Why the gradients that it is given, or its updates, cannot be changed by switches; absent where they can. */
  readonly unswitched?: { readonly gradients?: string; readonly updates?: string };
  /** The scalars that a tensor begins with, by the options of then. */
  scalars?(options: Numbers<Options>): Scalars;
  /**
   * When a tensor begins, that is when `initial` and `scalars` are asked and it has a state: at construction where this is true,
   * else at its first gradient, by the options of that step.
   */
  readonly early?: boolean;
  /** Options that only say what a tensor begins with. Once all tensors have begun, setting them is refused. */
  readonly firstOnly?: readonly string[];
  /**
   * Which tensors share a step count, scalars and a row of numbers. Absent: those of a group and type that took the same steps.
   * `own`: each tensor by itself, where its numbers depend on its own sums. `lockstep`: all tensors are equally far; one without a
   * gradient keeps its parameter and slots, but its step count and scalars move on with the others'.
   */
  readonly clock?: 'own' | 'lockstep';
  /** The scalars after step t, from those before it. */
  advance?(options: Numbers<Options>, t: number, before: Scalars): Scalars;
  /**
   * A kernel of other flags that is run instead at the steps whose coefficients, or whose number for the tensor, say so; it may leave
   * slots alone.
   */
  readonly shorter?: {
    /** Its flags, of those of the group's kernel. */
    flags(flags: readonly string[]): readonly string[];
    holds(coefficients: readonly number[], t: number): boolean;
  };
  /** The scalars that the whole model begins with, by the options of the first group. */
  model?(options: Numbers<Options>): Scalars;
  /** Whether its steps go by the loss, which is then given beside the gradients. */
  readonly byLoss?: boolean;
  /**
   * Reads what its closure has answered, of a rule with a closure that goes by the loss.
   *
   * @throws OptionError
   */
  answer?(given: unknown, label: string): { readonly loss: number; readonly grads: unknown };
  /** Whether its steps go by the Hessian's diagonal, which may then be given beside the gradients. */
  readonly byHessian?: boolean;
  /** Looks at what came in for a step, and throws where the rule needs more. Runs no code of the user's. */
  look?(incoming: Incoming): void;
  /**
   * Whether it goes by the way that its own steps have led: it finds its rate by it, sets the parameter by its state and not from where it
   * is, or averages the points. `Mechanic`, which leads elsewhere, does not go over it.
   */
  readonly ownWay?: boolean;
  /** Whether its steps take a closure, which is asked for gradients within a step. */
  readonly closure?: boolean;
  /** A step of several passes. */
  passes?(step: Step<Options>): Passes<Options>;
  /**
   * A step of one pass: the numbers that the kernel reads at step t, in its order; the first step is t = 1. `least` is the least number
   * above zero in the tensors' type.
   */
  coefficients?(options: Numbers<Options>, t: number, before: Scalars, least: number): readonly number[];
}

// biome-ignore lint/suspicious/noExplicitAny: options of any rule
const complete = new WeakMap<object, any>();

/** All options of an optimizer, those of the step included. */
export function optionsOf<Options extends object>(
  rule: Rule<Options>,
): Readonly<Record<string, Option<unknown>>> {
  const known = complete.get(rule);
  if (known !== undefined) return known;
  const all = rule.ownOptionsOnly ? rule.options : { ...rule.options, ...stepOptions };
  complete.set(rule, all);
  return all;
}

/** The defaults of all of them. */
export const defaultsOf = <Options extends object>(rule: Rule<Options>): Numbers<Options> =>
  Object.fromEntries(
    Object.entries(optionsOf(rule)).map(([name, option]) => [name, option.default]),
  ) as Numbers<Options>;

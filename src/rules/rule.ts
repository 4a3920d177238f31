import type { Hyper, Schedule } from '../types.js';
import type { Range } from './ranges.js';

/** The rules, by the name that their files have in every folder. */
export type RuleName =
  | 'adadelta'
  | 'adagrad'
  | 'adam'
  | 'adamax'
  | 'asgd'
  | 'average'
  | 'lion'
  | 'nadam'
  | 'nesterov'
  | 'radam'
  | 'rmsprop'
  | 'rprop'
  | 'sgd'
  | 'tfjs-adadelta'
  | 'tfjs-adagrad'
  | 'tfjs-adam'
  | 'tfjs-adamax'
  | 'tfjs-rmsprop';

type Numeric<T> = T extends boolean
  ? boolean
  : T extends number | Schedule
    ? number
    : T extends readonly Hyper[]
      ? readonly [number, number]
      : T;

/** Options as a rule reads them at one step: complete, every function of the step replaced by its value. */
export type Numbers<Options> = { readonly [K in keyof Options]-?: Numeric<Exclude<Options[K], undefined>> };

/** Numbers that a rule keeps for each tensor beside its slots, by PyTorch's names. */
export type Scalars = Readonly<Record<string, number>>;

/** The names of a rule's slots. */
export type Slots = readonly [string | null, string | null, string | null];

/** What every optimizer takes besides its rule's own hyper-parameters. */
export interface StageOptions {
  /** Maximise the objective instead of minimising it: the gradient's sign is turned. Default false. */
  maximize?: boolean;
  /**
   * Every gradient is multiplied by this finite number first, without a pass of its own: 1 / batch size for summed
   * gradients, 1 / loss scale, a clipping coefficient. Default 1. (PyTorch's fused optimizers divide by `grad_scale`.)
   */
  gradientScale?: Hyper;
}

/** What an optimizer is, apart from its arithmetic. */
export interface Rule<Options extends object> {
  /** The word that names its files and kernels. */
  readonly name: RuleName;
  /** What its users call it, in messages: the name of its class, or of its function. */
  readonly label: string;
  /** The word that a checkpoint has for it, where its kernels are another's: `adamw`. Its name where it is absent. */
  readonly title?: string;
  /** Complete options. A `number` stands where a function of the step may be given. */
  readonly defaults: Numbers<Options>;
  /** What each option may be. */
  readonly ranges: { readonly [K in keyof Options]-?: Range };
  /** Throws an OptionError where options that are valid by themselves do not go together. */
  check?(options: Numbers<Options>): void;
  /**
   * The flags of the kernel that these options need, in the order of its name: `['amsgrad']`. A function of the step
   * stands here as NaN.
   */
  flags?(options: Numbers<Options>): readonly string[];
  /** The three slots by PyTorch's names, in the order of the kernel's letters; null where the flags leave one out. */
  slots(flags: readonly string[]): Slots;
  /** What the slots begin with, in the same order, by the options of then; zeros where it is absent. */
  initial?(options: Numbers<Options>): readonly number[];
  /** What a parameter is filled with before its first step. For averages alone, whose parameter is nobody else's. */
  readonly initialParameter?: number;
  /**
   * Slots that can join in mid-training, where an option that needs them is switched on and the state has nothing for them,
   * and what they begin with: `'zeros'`, the values of another slot by its name, or, with `'first step'`, the tensor's next
   * step is its first. A slot that has no sound beginning is not among them.
   */
  readonly joins?: Readonly<Record<string, string>>;
  /** Whether PyTorch keeps no step count for it. */
  readonly uncounted?: boolean;
  /** Slots that are only used within a step and are no part of a state dict. */
  readonly scratch?: readonly string[];
  /** How weight decay enters: into the gradient, or by itself. Absent where the rule has none. */
  weightDecay?(options: Numbers<Options>): { readonly rate: number; readonly decoupled: boolean };
  /** The scalars that a tensor begins with, by the options of then. */
  scalars?(options: Numbers<Options>): Scalars;
  /**
   * When a tensor begins, that is when `initial` and `scalars` are asked and it has a state: at construction where this is true,
   * else at its first gradient, by the options of that step.
   */
  readonly early?: boolean;
  /** Options that only say what a tensor begins with. Once all tensors have begun, setting them is refused. */
  readonly firstOnly?: readonly (keyof Options & string)[];
  /**
   * All tensors are equally far: one that sits out a step keeps its parameter and slots, but its step count and scalars
   * move on with the others'.
   */
  readonly lockstep?: boolean;
  /** The scalars after step t, from those before it. */
  advance?(options: Numbers<Options>, t: number, before: Scalars): Scalars;
  /** A kernel of other flags that is run instead at the steps whose coefficients say so; it may leave slots alone. */
  readonly shorter?: {
    /** Its flags, of those of the group's kernel. */
    flags(flags: readonly string[]): readonly string[];
    holds(coefficients: readonly number[]): boolean;
  };
  /**
   * The numbers that the kernel reads at step t, in its order; the first step is t = 1. `least` is the least number above zero in
   * the tensors' type.
   */
  coefficients(options: Numbers<Options>, t: number, before: Scalars, least: number): readonly number[];
}

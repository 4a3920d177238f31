/** What can be chosen: data, so that help, errors and runs agree. */

/** The hyper-parameters as they are written on the command line, and where they go in lanestep's options. */
export const hypers = {
  lr: { option: 'lr', text: 'learning rate; the default suits this task' },
  beta1: { option: 'betas', place: 0, text: 'decay of the average of gradients' },
  beta2: { option: 'betas', place: 1, text: 'decay of the average of their squares' },
  eps: { option: 'eps', text: 'added to the denominator' },
  momentum: { option: 'momentum', text: 'momentum' },
  dampening: { option: 'dampening', text: 'dampening of the momentum' },
  'weight-decay': { option: 'weightDecay', text: 'weight decay' },
  alpha: { option: 'alpha', text: 'decay of the squares (rmsprop), exponent of the rate (asgd)' },
  rho: { option: 'rho', text: 'decay of both averages' },
  'lr-decay': { option: 'lrDecay', text: 'decay of the learning rate' },
  'initial-accumulator': { option: 'initialAccumulatorValue', text: 'where the sum of squares starts' },
  'momentum-decay': { option: 'momentumDecay', text: 'decay of the momentum' },
  lambd: { option: 'lambd', text: 'decay of the rate and the weights' },
  'eta-minus': { option: 'etas', place: 0, text: 'a step shrinks by it where the sign turns' },
  'eta-plus': { option: 'etas', place: 1, text: 'a step grows by it where the sign stays' },
  'step-min': { option: 'stepSizes', place: 0, text: 'smallest step' },
  'step-max': { option: 'stepSizes', place: 1, text: 'largest step' },
} as const satisfies Record<string, { option: string; place?: 0 | 1; text: string }>;

export type Hyper = keyof typeof hypers;

export const hyperNames = Object.keys(hypers) as Hyper[];

/** Two numbers in one option; who sets one keeps the other. */
export type Pairs = Partial<Record<'betas' | 'etas' | 'stepSizes', readonly [number, number]>>;

export interface Entry {
  readonly title: string;
  /** Its learning rate here, found by trial with mini-batches of 256. */
  readonly lr: number;
  readonly takes: readonly Hyper[];
  readonly pairs?: Pairs;
  /** What makes it this optimizer and not another of the same class. */
  readonly fixed?: Readonly<Record<string, boolean | number>>;
  /** The option that a schedule may move against the learning rate, as one-cycle does. */
  readonly momentum?: 'momentum' | 'beta1';
}

const betas: Pairs = { betas: [0.9, 0.999] };
const ofAdam = ['lr', 'beta1', 'beta2', 'eps', 'weight-decay'] as const;
const ofSgd = ['lr', 'momentum', 'weight-decay'] as const;

const entries = {
  sgd: { title: 'SGD', lr: 10, takes: ['lr', 'weight-decay'] },
  momentum: {
    title: 'SGD with momentum',
    lr: 2,
    takes: [...ofSgd, 'dampening'],
    fixed: { momentum: 0.9 },
    momentum: 'momentum',
  },
  'nesterov-sgd': {
    title: 'SGD with Nesterov momentum, as in PyTorch',
    lr: 3,
    takes: ofSgd,
    fixed: { momentum: 0.9, nesterov: true },
    momentum: 'momentum',
  },
  nesterov: {
    title: "Nesterov's gradient at the look-ahead point",
    lr: 3,
    takes: ofSgd,
    fixed: { momentum: 0.9 },
    momentum: 'momentum',
  },
  rmsprop: { title: 'RMSprop', lr: 0.01, takes: ['lr', 'alpha', 'eps', 'momentum', 'weight-decay'] },
  'rmsprop-centered': {
    title: 'RMSprop, centered',
    lr: 0.01,
    takes: ['lr', 'alpha', 'eps', 'momentum', 'weight-decay'],
    fixed: { centered: true },
  },
  adagrad: {
    title: 'Adagrad',
    lr: 0.1,
    takes: ['lr', 'lr-decay', 'initial-accumulator', 'eps', 'weight-decay'],
  },
  adadelta: { title: 'Adadelta', lr: 30, takes: ['lr', 'rho', 'eps', 'weight-decay'] },
  adam: { title: 'Adam', lr: 0.03, takes: ofAdam, pairs: betas, momentum: 'beta1' },
  amsgrad: {
    title: 'Adam with AMSGrad',
    lr: 0.03,
    takes: ofAdam,
    pairs: betas,
    fixed: { amsgrad: true },
    momentum: 'beta1',
  },
  adamw: { title: 'AdamW', lr: 0.03, takes: ofAdam, pairs: betas, momentum: 'beta1' },
  adamax: { title: 'Adamax', lr: 0.05, takes: ofAdam, pairs: betas, momentum: 'beta1' },
  nadam: {
    title: 'NAdam',
    lr: 0.02,
    takes: [...ofAdam, 'momentum-decay'],
    pairs: betas,
  },
  radam: { title: 'RAdam', lr: 0.06, takes: ofAdam, pairs: betas, momentum: 'beta1' },
  // Its average is a state beside the parameters, which this example has no use for; so there is no t0.
  asgd: { title: 'ASGD', lr: 10, takes: ['lr', 'lambd', 'alpha', 'weight-decay'] },
  rprop: {
    title: 'Rprop',
    lr: 0.01,
    takes: ['lr', 'eta-minus', 'eta-plus', 'step-min', 'step-max'],
    pairs: { etas: [0.5, 1.2], stepSizes: [1e-6, 50] },
  },
  lion: {
    title: 'Lion',
    lr: 0.006,
    takes: ['lr', 'beta1', 'beta2', 'weight-decay'],
    pairs: { betas: [0.9, 0.99] },
    momentum: 'beta1',
  },
} as const satisfies Record<string, Entry>;

export type OptimizerName = keyof typeof entries;

export const catalogue: Readonly<Record<OptimizerName, Entry>> = entries;

export const optimizerNames = Object.keys(entries) as OptimizerName[];

/** What the learning rate does over a training; the shapes are lanestep's, fitted to its number of steps. */
export const scheduleTexts = {
  constant: 'stays',
  linear: 'falls to 0 in a straight line',
  cosine: 'falls to 0 in half a cosine wave',
  restarts: 'three cosine waves, one after the other',
  onecycle: 'rises for 30 %, then falls, and the momentum against it',
  cyclic: 'four triangles between a tenth and the full rate',
  step: 'a tenth after each third',
  exponential: 'falls to a hundredth, by the same factor at each step',
  polynomial: 'falls to 0 in a parabola',
} as const;

export type ScheduleName = keyof typeof scheduleTexts;

export const scheduleNames = Object.keys(scheduleTexts) as ScheduleName[];

/** What can be chosen: data, so that help, errors and runs agree. */
import * as lanestep from 'lanestep';
import type { Tensors } from './model.js';

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

/** What all of lanestep's classes have in common. */
export interface Stepping {
  step(gradients: Tensors | (() => Tensors), told?: { loss: number }): void;
  backend(): lanestep.BackendInfo;
  dispose(): void;
}

type Options = Readonly<Record<string, unknown>>;
type Class = new (params: Tensors, options: object) => Stepping;

export interface Entry {
  readonly Class: Class;
  readonly title: string;
  /** Its learning rate here, with mini-batches of 256. */
  readonly lr: number;
  readonly takes: readonly Hyper[];
  /** The class' own options, and what makes it this optimizer and not another of the same class. */
  readonly defaults: Options;
  readonly fixed: Options;
  /** The option that a schedule may move against the learning rate, as one-cycle does. */
  readonly momentum: 'momentum' | 'beta1' | undefined;
}

/** A class, or a form of one, as far as it is not what the class says by itself. */
interface Form {
  readonly name: string;
  readonly title?: string;
  /** Found by trial; otherwise sixty times the default of the class. */
  readonly lr?: number;
  readonly fixed?: Options;
  /** What is without effect in this form, or does not go with it. */
  readonly without?: readonly Hyper[];
}

const forms: Readonly<Record<string, Form>> = {
  sgd: { name: 'SGD', lr: 10, without: ['momentum', 'dampening'] },
  momentum: { name: 'SGD', title: 'SGD with momentum', lr: 2, fixed: { momentum: 0.9 } },
  'nesterov-sgd': {
    name: 'SGD',
    title: 'SGD with Nesterov momentum, as in PyTorch',
    lr: 3,
    fixed: { momentum: 0.9, nesterov: true },
    without: ['dampening'],
  },
  nesterov: { name: 'Nesterov', title: "Nesterov's gradient at the look-ahead point", lr: 3 },
  rmsprop: { name: 'RMSprop', lr: 0.01 },
  'rmsprop-centered': { name: 'RMSprop', title: 'RMSprop, centered', lr: 0.01, fixed: { centered: true } },
  adagrad: { name: 'Adagrad', lr: 0.1 },
  kate: { name: 'KATE', lr: 1e-4 },
  adadelta: { name: 'Adadelta', lr: 30 },
  adam: { name: 'Adam', lr: 0.03 },
  amsgrad: { name: 'Adam', title: 'Adam with AMSGrad', lr: 0.03, fixed: { amsgrad: true } },
  adamw: { name: 'AdamW', lr: 0.03 },
  adamax: { name: 'Adamax', lr: 0.05 },
  nadam: { name: 'NAdam', lr: 0.02 },
  radam: { name: 'RAdam', lr: 0.06 },
  // Its average is a state beside the parameters, which this example has no use for; so there is no t0.
  asgd: { name: 'ASGD', lr: 10 },
  rprop: { name: 'Rprop', lr: 0.01 },
  // Its learning rate is null where none is given.
  adafactorpaper: { name: 'AdafactorPaper', lr: 0.1 },
  // They find their learning rate by themselves.
  prodigy: { name: 'Prodigy', lr: 1 },
  // Its eps is nothing beside the sum of the squared gradients.
  dog: { name: 'DoG', lr: 1, without: ['eps'] },
  ldog: { name: 'LDoG', lr: 1 },
  dowg: { name: 'DoWG', lr: 1 },
  dadaptadam: { name: 'DAdaptAdam', lr: 1 },
  dadaptsgd: { name: 'DAdaptSGD', lr: 1 },
  // How far they go, the loss says; their learning rate is the most.
  polyaksgd: { name: 'PolyakSGD', lr: 10 },
  alig: { name: 'AliG', lr: 10 },
  momo: { name: 'MoMo', lr: 10 },
  momoadam: { name: 'MoMoAdam', lr: 0.1 },
  // All is vectors to them, and goes AdamW's way.
  muon: {
    name: 'Muon',
    lr: 1e-2,
    without: ['weight-decay', 'momentum', 'eps'],
  },
  normuon: {
    name: 'NorMuon',
    fixed: { adamLr: 1e-2 },
    without: ['lr', 'weight-decay', 'momentum', 'eps'],
  },
  schedulefreesgd: { name: 'ScheduleFreeSGD', lr: 10 },
  adai: { name: 'Adai', lr: 10 },
  // Of vectors its eps is nothing.
  sgdp: { name: 'SGDP', without: ['eps'] },
};

/** Every class of lanestep that trains, by name. */
const classes = new Map(
  Object.entries(lanestep).filter((entry): entry is [string, never] => {
    const { prototype } = entry[1] as { readonly prototype?: object };
    // These go over another of them, or want the loss of all examples, or the Hessian.
    const goesOver = ['ASAM', 'AdaHessian', 'LBFGS', 'Lookahead', 'Mechanic', 'SAM', 'Sophia'].includes(
      entry[0],
    );
    return prototype !== undefined && 'step' in prototype && 'rebind' in prototype && !goesOver;
  }),
) as ReadonlyMap<string, Class>;

function entryOf({ name, title = name, lr, fixed = {}, without = [] }: Form): Entry {
  const Class = classes.get(name)!;
  const one = new Class({ w: new Float32Array(1) } as never, { backend: 'wasm' });
  const [defaults] = (one as unknown as { readonly groups: readonly [Options] }).groups;
  one.dispose();
  const all = { ...defaults, ...fixed };
  return {
    Class,
    title,
    lr: lr ?? 60 * (defaults.lr as number),
    takes: hyperNames.filter(
      hyper =>
        hypers[hyper].option in defaults &&
        !without.includes(hyper) &&
        // Those that have two have other names for them.
        !(hyper === 'eps' && Array.isArray(defaults.eps)),
    ),
    defaults,
    fixed,
    // NAdam has a schedule of its own.
    momentum: all.momentum ? 'momentum' : 'betas' in all && !('momentumDecay' in all) ? 'beta1' : undefined,
  };
}

/** The forms above, and every class that they do not name. */
export const catalogue: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries({
    ...Object.fromEntries([...classes.keys()].map(name => [name.toLowerCase(), { name }])),
    ...forms,
  }).map(([key, form]) => [key, entryOf(form)]),
);

export type OptimizerName = string;

export const optimizerNames = Object.keys(catalogue);

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

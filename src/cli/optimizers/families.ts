// Which optimizers there are, by what they have in common. `test/cli/optimizers.test.ts` holds that each stands here once.

/** Optimizers that are alike, and what they have in common. */
export interface Family {
  readonly title: string;
  readonly about: string;
  readonly names: readonly string[];
}

/** All of them. */
export const families: readonly Family[] = [
  {
    title: 'Gradient and momentum',
    about: 'The gradient itself, or sums and averages of it.',
    names: ['SGD', 'Nesterov', 'ASGD', 'QHM', 'AggMo', 'PNM', 'OptimisticSGD', 'NoisySGD'],
  },
  {
    title: 'A rate for each element',
    about: 'The gradient, or its average, divided by the root of an average or a sum of its squares.',
    names: [
      'Adagrad',
      'KATE',
      'Ftrl',
      'Adadelta',
      'RMSprop',
      'Adam',
      'AdamW',
      'Adamax',
      'NAdam',
      'RAdam',
      'Adan',
      'AdaBelief',
      'ACProp',
      'Yogi',
      'LaProp',
      'AdEMAMix',
      'SimplifiedAdEMAMix',
      'ADOPT',
      'QHAdam',
      'AdaBound',
      'AdaMod',
      'AdaPNM',
      'OptimisticAdam',
      'Grams',
      'DiffGrad',
      'MADGRAD',
      'Adai',
    ],
  },
  {
    title: 'The sign alone',
    about: 'Only the sign counts, of the gradient or of its average.',
    names: ['Rprop', 'Lion', 'SignSGD', 'Tiger'],
  },
  {
    title: 'Norms of tensors',
    about:
      'The step of a tensor goes by the norm of the tensor, of its gradient, or of its update: two passes.',
    names: ['LARS', 'LAMB', 'NovoGrad', 'MARS', 'StableAdamW', 'Fromage', 'AdamP', 'SGDP'],
  },
  {
    title: 'Rows and columns',
    about: 'Of a matrix there is state for its rows and its columns only. They want `shapes`.',
    names: ['Adafactor', 'AdafactorPaper', 'CAME', 'AdamMini', 'Amos', 'SM3'],
  },
  {
    title: 'Matrices',
    about:
      'The step of a matrix is made of products of matrices; what is no matrix goes a simpler way. They want `shapes`.',
    names: ['Muon', 'NorMuon', 'Shampoo', 'SOAP'],
  },
  {
    title: 'No rate, no schedule',
    about: 'They find their learning rate, or need no schedule for it.',
    names: [
      'Prodigy',
      'DoG',
      'LDoG',
      'DoWG',
      'DAdaptAdam',
      'DAdaptSGD',
      'ScheduleFreeAdamW',
      'ScheduleFreeRAdam',
      'ScheduleFreeSGD',
      'COCOB',
    ],
  },
  {
    title: 'Steps by the loss',
    about: 'How far a step goes, the loss says: `optimizer.step(grads, { loss })`.',
    names: ['PolyakSGD', 'AliG', 'MoMo', 'MoMoAdam'],
  },
  {
    title: 'Curvature',
    about: 'They make a picture of how the loss bends, and step as Newton would.',
    names: ['LBFGS'],
  },
  {
    title: 'Steps by the Hessian',
    about:
      "They take an estimate of the Hessian's diagonal, which `hutchinson` makes: `optimizer.step(grads, { hessian })`.",
    names: ['AdaHessian', 'Sophia'],
  },
  {
    title: 'Around another optimizer',
    about:
      '`SAM`, `ASAM`, `Lookahead` and `Mechanic` take the steps of another one; `MovingAverage` and `StochasticWeightAverage` average.',
    names: ['SAM', 'ASAM', 'Lookahead', 'Mechanic', 'MovingAverage', 'StochasticWeightAverage'],
  },
];

/** Every name. */
export const names: readonly string[] = families.flatMap(family => family.names);

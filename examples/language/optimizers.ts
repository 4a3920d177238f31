import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  type BackendChoice,
  type BackendInfo,
  Lion,
  NAdam,
  Nesterov,
  RAdam,
  RMSprop,
  Rprop,
  type Schedule,
  SGD,
} from 'lanestep';
import { catalogue, type Hyper, hypers, type OptimizerName } from './catalogue.js';
import type { Tensors } from './model.js';
import type { Updater } from './updater.js';

export interface Choice {
  readonly name: OptimizerName;
  /** Hyper-parameters that are not to have their defaults. */
  readonly hypers: Partial<Readonly<Record<Hyper, number | Schedule>>>;
  readonly backend: BackendChoice;
}

/** What all of lanestep's classes have in common. */
interface Stepping {
  step(gradients: Tensors): void;
  backend(): BackendInfo;
  dispose(): void;
}

type Make = (params: Tensors, options: { backend: BackendChoice }) => Stepping;

/** `nesterov` is not here: it alone takes a closure. */
const classes: Readonly<Record<Exclude<OptimizerName, 'nesterov'>, Make>> = {
  sgd: (params, options) => new SGD(params, options),
  momentum: (params, options) => new SGD(params, options),
  'nesterov-sgd': (params, options) => new SGD(params, options),
  rmsprop: (params, options) => new RMSprop(params, options),
  'rmsprop-centered': (params, options) => new RMSprop(params, options),
  adagrad: (params, options) => new Adagrad(params, options),
  adadelta: (params, options) => new Adadelta(params, options),
  adam: (params, options) => new Adam(params, options),
  amsgrad: (params, options) => new Adam(params, options),
  adamw: (params, options) => new AdamW(params, options),
  adamax: (params, options) => new Adamax(params, options),
  nadam: (params, options) => new NAdam(params, options),
  radam: (params, options) => new RAdam(params, options),
  asgd: (params, options) => new ASGD(params, options),
  rprop: (params, options) => new Rprop(params, options),
  lion: (params, options) => new Lion(params, options),
};

/** The options of lanestep's class: `{ beta1: 0.8 }` of Adam is `{ lr: 0.03, betas: [0.8, 0.999] }`. */
export function classOptions({ name, hypers: given, backend }: Choice): { backend: BackendChoice } {
  const { lr, fixed, pairs } = catalogue[name];
  const options: Record<string, unknown> = { lr, ...fixed };
  for (const [key, value] of Object.entries(given)) {
    const { option, ...rest } = hypers[key as Hyper];
    if (!('place' in rest)) {
      options[option] = value;
      continue;
    }
    const pair: unknown[] = [
      ...((options[option] ?? pairs?.[option as keyof typeof pairs] ?? []) as unknown[]),
    ];
    pair[rest.place] = value;
    options[option] = pair;
  }
  return { ...options, backend };
}

/** Names options as the command line does: a message on `betas[1]` becomes one on `--beta2`. */
export function inWordsOfTheCommandLine(message: string): string {
  const names = Object.entries(hypers).map(([name, hyper]): [string, string] => [
    'place' in hyper ? `${hyper.option}[${hyper.place}]` : hyper.option,
    `--${name}`,
  ]);
  return message.replace(
    /[A-Za-z]\w*(\[[01]\])?/g,
    word => names.find(([option]) => option === word)?.[1] ?? word,
  );
}

/** An optimizer of lanestep that knows how long its steps take. */
export class LanestepUpdater implements Updater {
  stepTime = 0;
  readonly #step: (gradients: () => Tensors) => void;
  readonly #optimizer: Pick<Stepping, 'backend' | 'dispose'>;

  /** @throws OptionError of lanestep when a hyper-parameter is out of its range */
  constructor(params: Tensors, choice: Choice) {
    const options = classOptions(choice);
    if (choice.name === 'nesterov') {
      const optimizer = new Nesterov(params, options);
      this.#optimizer = optimizer;
      this.#step = gradients => optimizer.step(gradients);
    } else {
      const optimizer = classes[choice.name](params, options);
      this.#optimizer = optimizer;
      this.#step = gradients => optimizer.step(gradients());
    }
  }

  update(gradients: () => Tensors): void {
    let outside = 0;
    const start = performance.now();
    this.#step(() => {
      const called = performance.now();
      const result = gradients();
      outside = performance.now() - called;
      return result;
    });
    this.stepTime += performance.now() - start - outside;
  }

  backend(): BackendInfo {
    return this.#optimizer.backend();
  }

  dispose(): void {
    this.#optimizer.dispose();
  }
}

import { type BackendChoice, type BackendInfo, Nesterov, type Schedule } from 'lanestep';
import { catalogue, type Hyper, hypers, type OptimizerName, type Stepping } from './catalogue.js';
import type { Tensors } from './model.js';
import type { Updater } from './updater.js';

export interface Choice {
  readonly name: OptimizerName;
  /** Hyper-parameters that are not to have their defaults. */
  readonly hypers: Partial<Readonly<Record<Hyper, number | Schedule>>>;
  readonly backend: BackendChoice;
}

/** The options of lanestep's class: `{ beta1: 0.8 }` of Adam is `{ lr: 0.03, betas: [0.8, 0.999] }`. */
export function classOptions({ name, hypers: given, backend }: Choice): { backend: BackendChoice } {
  const { lr, fixed, defaults } = catalogue[name]!;
  const options: Record<string, unknown> = { lr, ...fixed };
  for (const [key, value] of Object.entries(given)) {
    const { option, ...rest } = hypers[key as Hyper];
    if (!('place' in rest)) {
      options[option] = value;
      continue;
    }
    // Two numbers in one option; who sets one keeps the other.
    const pair = [...((options[option] ?? defaults[option]) as unknown[])];
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
  readonly #step: (gradients: () => Tensors, loss: () => number) => void;
  readonly #optimizer: Pick<Stepping, 'backend' | 'dispose'>;

  /** @throws OptionError of lanestep when a hyper-parameter is out of its range */
  constructor(params: Tensors, choice: Choice) {
    const optimizer = new catalogue[choice.name]!.Class(params, classOptions(choice));
    this.#optimizer = optimizer;
    // It alone asks for gradients itself, elsewhere than where the parameters are.
    const asks = optimizer instanceof Nesterov;
    this.#step = (gradients, loss) => {
      if (asks) optimizer.step(gradients);
      else optimizer.step(gradients(), { loss: loss() });
    };
  }

  update(gradients: () => Tensors, loss: () => number): void {
    let outside = 0;
    const start = performance.now();
    this.#step(() => {
      const called = performance.now();
      const result = gradients();
      outside = performance.now() - called;
      return result;
    }, loss);
    this.stepTime += performance.now() - start - outside;
  }

  backend(): BackendInfo {
    return this.#optimizer.backend();
  }

  dispose(): void {
    this.#optimizer.dispose();
  }
}

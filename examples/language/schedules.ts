import {
  cosine,
  cosineWarmRestarts,
  cyclic,
  exponential,
  type Hyper,
  linear,
  oneCycle,
  polynomial,
  stepDecay,
  warmup,
} from 'lanestep';
import type { ScheduleName } from './catalogue.js';

/** A schedule's functions of the step, over a whole training. */
export interface Rates {
  readonly lr: Hyper;
  readonly momentum?: Hyper;
}

function shaped(name: ScheduleName, lr: number, steps: number): Rates {
  switch (name) {
    case 'constant':
      return { lr };
    case 'linear':
      return { lr: linear({ lr, startFactor: 1, endFactor: 0, totalIters: steps }) };
    case 'cosine':
      return { lr: cosine({ lr, tMax: steps }) };
    case 'restarts':
      return { lr: cosineWarmRestarts({ lr, t0: Math.ceil(steps / 3) }) };
    case 'onecycle':
      return oneCycle({ maxLr: lr, totalSteps: steps });
    case 'cyclic':
      return cyclic({ baseLr: lr / 10, maxLr: lr, stepSizeUp: Math.ceil(steps / 8) });
    case 'step':
      return { lr: stepDecay({ lr, stepSize: Math.ceil(steps / 3) }) };
    case 'exponential':
      return { lr: exponential({ lr, gamma: 0.01 ** (1 / steps) }) };
    case 'polynomial':
      return { lr: polynomial({ lr, totalIters: steps, power: 2 }) };
  }
}

/**
 * @param steps steps of the whole training
 * @param warmupSteps how many of them go straight up to the rate at which the schedule starts
 */
export function makeRates(name: ScheduleName, lr: number, steps: number, warmupSteps: number): Rates {
  if (warmupSteps === 0) return shaped(name, lr, steps);
  const rates = shaped(name, lr, Math.max(1, steps - warmupSteps));
  return {
    ...rates,
    lr: warmup({ steps: warmupSteps, startFactor: 1 / (warmupSteps + 1), schedule: rates.lr }),
  };
}

/** lanestep itself. Backend, instruction set and threads are chosen by the environment of the process. */
import * as lanestep from 'lanestep';
import type { Module, Prepare } from './contestant.js';
import { gradientsOf, lossOfRace, startOf } from './data.js';

interface Stepper {
  step(grads: unknown, told?: object): void;
  dispose(): void;
}
type Class = new (params: unknown, options: object) => Stepper;

// New array objects over the same memory, so that what is measured is the looking at them and no other traffic.
const ring = 64;

const prepare: Prepare = task => {
  const Class = (lanestep as unknown as Record<string, Class>)[task.optimizer]!;
  const params = startOf(task);
  const grads = gradientsOf(task);
  const anew = () => grads.map(g => g.subarray());
  const rings = Array.from({ length: task.gradients === 'new' ? ring : 1 }, (_, i) =>
    i === 0 ? grads : anew(),
  );
  const given: unknown[] = task.closure ? rings.map(r => () => r) : rings;
  const told = task.byLoss ? { loss: lossOfRace } : task.byHessian ? { hessian: grads } : undefined;
  if (task.first) {
    const run = () => {
      const optimizer = new Class(params, task.options);
      optimizer.step(given[0], told);
      optimizer.dispose();
    };
    return { run, parameters: () => null, dispose: () => {} };
  }
  const optimizer = new Class(params, task.options);
  const only = given[0];
  let next = 0;
  return {
    run:
      given.length === 1
        ? () => optimizer.step(only, told)
        : () => {
            next = (next + 1) % ring;
            optimizer.step(given[next], told);
          },
    parameters: () => params,
    dispose: () => optimizer.dispose(),
  };
};

export const load: Module['load'] = async threads => {
  // Tells at once where the environment asks for what is not to be had.
  try {
    lanestep.backend();
  } catch (error) {
    return (error as Error).message;
  }
  lanestep.setThreads(threads);
  return prepare;
};

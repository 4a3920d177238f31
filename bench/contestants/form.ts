/** What the contestants in plain JavaScript are made of: a function for each form of each optimizer. */
import { readdirSync } from 'node:fs';
import { parse } from 'node:path';
import type { Ready, Task } from './contestant.js';
import { gradientsOf, startOf } from './data.js';

export type Tensors = readonly (Float32Array | Float64Array)[];

/** Takes step t, of which the first is 1, over all tensors. */
export type Step = (grads: Tensors, t: number) => void;

/** An optimizer, or one form of it, such as SGD with momentum. The parameters are updated where they are. */
export type Form = (task: Task, params: Tensors) => Step;

/** The form of an optimizer that a task asks for. */
export type Choose = (task: Task) => Form;

/** What a folder beside this file has, by the names of rules that its files bear. An optimizer without a file is not raced. */
export async function formsIn(folder: string): Promise<ReadonlyMap<string, Choose>> {
  const place = new URL(`./${folder}/`, import.meta.url);
  const files = readdirSync(place).filter(file => /(?<!\.d)\.[jt]s$/.test(file));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, Choose]> => {
        const { form } = (await import(new URL(file, place).href)) as { readonly form: Choose };
        return [parse(file).name, form];
      }),
    ),
  );
}

/** State, or scratch, beside the parameters: in their type and of their lengths. */
export const beside = (params: Tensors, value = 0): Tensors =>
  params.map(p => {
    const array = p instanceof Float32Array ? new Float32Array(p.length) : new Float64Array(p.length);
    return value === 0 ? array : array.fill(value);
  });

// As many new array objects as lanestep gets, over the same memory: what differs is the looking at them, and no other traffic.
const ring = 64;

/** Ready to run a form over the task's data. */
export function ready(task: Task, form: Form): Ready {
  const params = startOf(task);
  const step = form(task, params);
  const grads = gradientsOf(task);
  const parameters = () => params;
  const dispose = () => {};
  let t = 0;
  if (task.gradients === 'same') return { run: () => step(grads, ++t), parameters, dispose };
  const rings = Array.from({ length: ring }, () => grads.map(g => g.subarray()));
  return { run: () => step(rings[++t % ring]!, t), parameters, dispose };
}

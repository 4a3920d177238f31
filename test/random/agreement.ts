/** Runs cases and compares the bits; a case that does not agree is shrunk, and shown so that it can be repeated. */
import { createHash } from 'node:crypto';
import type { Configuration } from './configurations.js';
import { draw } from './draw.js';
import { byEngine } from './engine.js';
import type { Plan } from './plan.js';
import { byReference, sceneOf } from './scene.js';
import { shrunk } from './shrink.js';
import type { Twin } from './twin.js';

/** Cases, one after another. */
export interface Extent {
  readonly seed: number;
  /** The number of the first case. */
  readonly from: number;
  readonly cases: number;
}

/** The outcome. */
export interface Agreement {
  /** The first case that does not agree, as text; null where all do. */
  readonly failure: string | null;
  /** A digest of what the reference made of all cases, the same on every machine and engine. */
  readonly digest: string;
  readonly steps: number;
  readonly elements: number;
}

/** What differs, on the first configuration where something does; or what was thrown. */
export function disagreement(plan: Plan, list: readonly Configuration[], see?: (twin: Twin) => void) {
  try {
    const scene = sceneOf(plan);
    const wanted = byReference(scene);
    see?.(wanted);
    for (const configuration of list) {
      const found = byEngine(scene, configuration, wanted);
      if (found !== null) return `on ${configuration.title}: ${found}`;
    }
    return null;
  } catch (error) {
    return `thrown: ${(error as Error).stack}`;
  }
}

/** All numbers of a twin, with one NaN for all. */
function numbersOf({ steps, tensors }: Twin): Float64Array {
  const few = [steps, ...tensors.flatMap(({ t, scalars }) => [t, ...Object.values(scalars)])];
  const arrays = tensors.flatMap(({ p, slots }) => [p, ...slots]).filter(array => array !== null);
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, few.length));
  all.set(few);
  let at = few.length;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) all[at++] = Number.isNaN(array[i]) ? Number.NaN : array[i]!;
  }
  return all;
}

function shown(plan: Plan, found: string): string {
  const { seed, number, options, tensors, steps, ...rest } = plan;
  return [
    `case ${number} of seed ${seed} does not agree, ${found}`,
    'It was shrunk to:',
    ...options.map(group => `  options  ${JSON.stringify(group)}`),
    ...tensors.map(tensor => `  tensor   ${JSON.stringify(tensor)}`),
    ...steps.map(step => `  step     ${JSON.stringify(step)}`),
    `  and      ${JSON.stringify(rest)}`,
  ].join('\n');
}

/** Runs the cases, up to the first that does not agree. */
export function agree(
  { seed, from, cases }: Extent,
  list: readonly Configuration[],
  progress: (done: number) => void = () => {},
): Agreement {
  const hash = createHash('sha256');
  let [steps, elements] = [0, 0];
  for (let number = from; number < from + cases; number++) {
    const plan = draw(seed, number);
    steps += plan.steps.length;
    elements += plan.steps.length * plan.tensors.reduce((sum, { length }) => sum + length, 0);
    const found = disagreement(plan, list, twin => hash.update(numbersOf(twin)));
    if (found !== null) {
      const [least, why] = shrunk(plan, found, smaller => disagreement(smaller, list));
      const first = least === plan ? '' : `\n(as it was drawn, ${found})`;
      return { failure: shown(least, why) + first, digest: '', steps, elements };
    }
    progress(number - from + 1);
  }
  return { failure: null, digest: hash.digest('hex').slice(0, 16), steps, elements };
}

/** What a plan says, made real: options, numbers, and the twin that knows what comes out. */
import type { ParameterState } from '../../src/state/dict.js';
import type { FloatArray } from '../../src/types.js';
import { rules } from './draw.js';
import { Generator } from './generator.js';
import type { Plan, PlannedNumber, PlannedOption } from './plan.js';
import { Rooms } from './rooms.js';
import { type AnyRule, dtypeOf, type Options, Twin, zeros } from './twin.js';
import { fill, type Kind } from './values.js';

// What a generator is for, so that no two arrays have the same numbers.
const uses = { parameter: 1, slots: 2, scalars: 5, gradient: 10 } as const;

const hyper = (planned: PlannedNumber): unknown =>
  planned === null || typeof planned === 'number' ? planned : (t: number) => planned[t % planned.length];

/** An option as it is given to an optimizer. */
export function option(planned: PlannedOption): unknown {
  if (planned === null || typeof planned === 'string' || typeof planned === 'boolean') return planned;
  return typeof planned === 'object' && 'pair' in planned ? planned.pair.map(hyper) : hyper(planned);
}

/** All numbers of a case. */
export interface Scene {
  readonly plan: Plan;
  readonly rule: AnyRule;
  readonly names: readonly string[];
  /** By group. */
  readonly options: readonly Options[];
  readonly start: readonly FloatArray[];
  /** By step and tensor. */
  readonly gradients: readonly (readonly FloatArray[])[];
  /** Whether a gradient was written, or what lies around one. */
  readonly gradientsIntact: () => boolean;
  /** By tensor; null where no state is loaded. */
  readonly loaded: readonly ParameterState[] | null;
}

function drawScalars(rule: AnyRule, numbers: Options, random: Generator): Record<string, number> {
  const names = Object.keys(rule.scalars?.(numbers) ?? {});
  return Object.fromEntries(names.map(name => [name, Math.fround(random.unit())]));
}

/** The scene of a plan. */
export function sceneOf(plan: Plan): Scene {
  const { seed, number, tensors, steps } = plan;
  const rule = rules[plan.rule]!;
  const names = tensors.map(({ id }, i) => (plan.shape === 'list' ? String(i) : `t${id}`));
  const filled = (array: FloatArray, kind: Kind, id: number, use: number) => {
    fill(array, kind, new Generator(seed, number, id, use));
    return array;
  };
  const places = steps.flatMap(() =>
    tensors.map(({ dtype, length, gradientOffset: offset }) => ({ dtype, length, offset })),
  );
  const rooms = new Rooms(places);
  const gradients = steps.map((_, step) =>
    tensors.map(({ id, gradientKind }, i) =>
      filled(rooms.arrays[step * tensors.length + i]!, gradientKind, id, uses.gradient + step),
    ),
  );
  const all = new Uint8Array(rooms.arrays[0]!.buffer as ArrayBuffer);
  const before = Buffer.from(all);
  const options = plan.options.map(given =>
    Object.fromEntries(Object.entries(given).map(([key, planned]) => [key, option(planned)])),
  );
  const start = tensors.map(({ id, dtype, length, kind }) =>
    filled(zeros(dtype, length), kind, id, uses.parameter),
  );
  const scene = { plan, rule, names, options, start, gradients, loaded: null };
  const gradientsIntact = () => before.equals(all);
  if (plan.loaded === null) return { ...scene, gradientsIntact };

  const twin = twinOf(scene);
  const loaded = twin.tensors.map((tensor, i): ParameterState => {
    const { id, kind } = tensors[i]!;
    const random = new Generator(seed, number, id, uses.scalars);
    const step = plan.loaded! - random.below(Math.min(3, plan.loaded! + 1));
    const slots = twin
      .lasting(tensor)
      .map(([name, slot], k) => [
        name,
        filled(zeros(dtypeOf(slot), slot.length), kind, id, uses.slots + k).map(Math.abs),
      ]);
    const { numbers } = twin.groups[tensor.group]!;
    return { step, ...Object.fromEntries(slots), ...drawScalars(rule, numbers, random) };
  });
  return { ...scene, gradientsIntact, loaded };
}

/** A twin at the beginning of a scene. */
export function twinOf({ rule, names, options, start, plan }: Omit<Scene, 'gradientsIntact'>): Twin {
  return new Twin(
    rule,
    plan.tensors.map(({ group, dimensions }, i) => ({
      name: names[i]!,
      group,
      p: start[i]!,
      shape: dimensions,
    })),
    options,
  );
}

/** What the reference makes of a scene. */
export function byReference(scene: Scene): Twin {
  const twin = twinOf(scene);
  const { plan, gradients, loaded } = scene;
  if (loaded !== null) {
    twin.steps = plan.loaded!;
    twin.tensors.forEach((tensor, i) => {
      const { step, ...state } = loaded[i]!;
      tensor.begun = true;
      tensor.t = step;
      tensor.scalars = Object.fromEntries(
        Object.entries(state).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
      );
      for (const [name, slot] of twin.lasting(tensor)) slot.set(state[name] as FloatArray);
    });
  }
  plan.steps.forEach(({ present }, step) => {
    twin.step(gradients[step]!.map((g, i) => (present[i] ? g : null)));
  });
  return twin;
}

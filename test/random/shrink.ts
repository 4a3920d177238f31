/** Makes a case that fails smaller, as long as it fails. */
import type { Plan, PlannedTensor } from './plan.js';

/** The plan without one of its tensors; a group that had no other goes with it. */
function without(plan: Plan, index: number): Plan {
  const rest = <T>(list: readonly T[]) => list.filter((_, i) => i !== index);
  const { group } = plan.tensors[index]!;
  const alone = plan.tensors.every((tensor, i) => i === index || tensor.group !== group);
  const renumbered = (tensor: PlannedTensor) =>
    alone && tensor.group > group ? { ...tensor, group: tensor.group - 1 } : tensor;
  return {
    ...plan,
    tensors: rest(plan.tensors).map(renumbered),
    options: alone ? plan.options.filter((_, i) => i !== group) : plan.options,
    steps: plan.steps.map(({ present, moves }) => ({
      present: rest(present),
      moves: moves && rest(moves),
    })),
  };
}

const changed = (plan: Plan, index: number, change: Partial<PlannedTensor>): Plan => ({
  ...plan,
  tensors: plan.tensors.map((tensor, i) => (i === index ? { ...tensor, ...change } : tensor)),
});

// A matrix of so many rows and columns, or a vector.
const sized = ({ dimensions }: PlannedTensor, rows: number, columns: number): Partial<PlannedTensor> => ({
  length: rows * columns,
  dimensions: dimensions && [rows, columns],
});

/** Plans with less in them, the greatest steps first. */
function* smaller(plan: Plan): Generator<Plan> {
  const { tensors, steps, options } = plan;
  if (steps.length > 1) {
    yield { ...plan, steps: steps.slice(0, Math.ceil(steps.length / 2)) };
    yield { ...plan, steps: steps.slice(0, -1) };
  }
  if (tensors.length > 1) for (let i = 0; i < tensors.length; i++) yield without(plan, i);
  if (plan.loaded !== null) yield { ...plan, loaded: null };
  if (steps.some(({ moves }) => moves !== null))
    yield { ...plan, steps: steps.map(step => ({ ...step, moves: null })) };
  if (steps.some(({ present }) => present.includes(false)))
    yield { ...plan, steps: steps.map(step => ({ ...step, present: step.present.map(() => true) })) };
  if (plan.shape !== 'list' && options.length === 1) yield { ...plan, shape: 'list' };
  for (const flag of ['together', 'across', 'sameGradients'] as const)
    if (plan[flag]) yield { ...plan, [flag]: false };
  if (plan.threads > 1) yield { ...plan, threads: 1 };
  for (const [i, tensor] of tensors.entries()) {
    const { length, offset, gradientOffset, kind, gradientKind } = tensor;
    if (tensor.dimensions !== null) yield changed(plan, i, { dimensions: null });
    const rows = (tensor.dimensions ?? [length]).slice(0, -1).reduce((all, n) => all * n, 1);
    const columns = tensor.dimensions?.at(-1) ?? length;
    for (const less of [columns >> 1, columns - 1])
      if (columns > 1) yield changed(plan, i, sized(tensor, rows, less));
    for (const less of [rows >> 1, rows - 1])
      if (rows > 1) yield changed(plan, i, sized(tensor, less, columns));
    if (offset + gradientOffset > 0) yield changed(plan, i, { offset: 0, gradientOffset: 0 });
    if (kind !== 'unit') yield changed(plan, i, { kind: 'unit' });
    if (gradientKind !== 'unit') yield changed(plan, i, { gradientKind: 'unit' });
  }
  for (const [g, group] of options.entries()) {
    for (const key of Object.keys(group)) {
      const { [key]: _, ...rest } = group;
      yield { ...plan, options: options.map((own, i) => (i === g ? rest : own)) };
    }
  }
}

/** The smallest plan that could be found in some seconds, and how it fails. */
export function shrunk(
  plan: Plan,
  found: string,
  fails: (plan: Plan) => string | null,
): readonly [Plan, string] {
  const end = Date.now() + 5000;
  let [least, why] = [plan, found];
  for (let again = true; again && Date.now() < end; ) {
    again = false;
    for (const next of smaller(least)) {
      const failure = fails(next);
      // A plan that lost what its options demand of each other is refused, which is no failure of the same kind.
      if (failure === null || (failure.startsWith('thrown') && !found.startsWith('thrown'))) continue;
      [least, why, again] = [next, failure, true];
      break;
    }
  }
  return [least, why];
}

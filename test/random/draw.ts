/** Draws a case: the same one for the same seed and number, on every machine. */
import {
  belowOne,
  belowOneOrNull,
  betweenZeroAndOne,
  epsilon,
  epsilonOrNull,
  finite,
  fromOne,
  fromOneOrNull,
  minusOneToZero,
  type NumberRange,
  nonNegative,
  nonNegativeOrNull,
  nonPositive,
  positive,
  positiveOrNull,
  type Range,
  wholeBelow100,
  wholeFromOne,
  wholeFromZero,
  zeroToOne,
} from '../../src/ranges.js';
import { stackOfLength } from '../../src/reference/job-of.js';
import { variants } from '../../src/reference/variants.js';
import { defaultsOf, optionsOf } from '../../src/rule.js';
import { switchOptions } from '../../src/switch-options.js';
import type { Dtype } from '../../src/types.js';
import { Generator } from './generator.js';
import type { Move, Plan, PlannedNumber, PlannedOption, PlannedStep, PlannedTensor } from './plan.js';
import type { AnyRule } from './twin.js';
import { kinds } from './values.js';

// Where a parameter begins at what the rule says, it is an average, which never moves.
const drawn = variants.filter(({ rule }) => rule.initialParameter === undefined);

/** Every rule that an optimizer has. */
export const rules: readonly AnyRule[] = [...new Set(drawn.map(({ rule }) => rule))];

/** A limit of a type, as an exponent of two. */
const exponents = { float32: [-126, 126], float64: [-1022, 1022] } as const;

/** A number of a range, from all over it, but mostly where one would be. */
function drawNumber(range: NumberRange, usual: number, dtype: Dtype, random: Generator): number {
  const [least, most] = exponents[dtype];
  // More would take the reference long.
  if (range === wholeBelow100) return random.below(4);
  if (range === wholeFromOne) return 1 + random.below(4);
  if (range === wholeFromZero) return random.word() * 2 ** random.below(22);
  if (range === belowOne || range === zeroToOne) {
    const what = random.weighted({ usual: 5, unit: 3, near: 3, none: 1, tiny: 1 });
    if (what === 'usual') return usual;
    if (what === 'unit') return random.unit();
    if (what === 'near') return 1 - 2 ** -(1 + random.below(53));
    return what === 'none' ? 0 : random.magnitude(least, -10);
  }
  if (range === betweenZeroAndOne) return random.chance(0.5) ? usual : 2 ** -10 + random.unit() * 0.99;
  if (range === minusOneToZero) return random.chance(0.3) ? usual : -random.unit();
  if (range === nonPositive) return random.chance(0.5) ? usual : -random.unit() * 2;
  if (range === fromOne) return 1 + random.magnitude(-20, 4);
  const what = random.weighted({ usual: 4, ordinary: 6, small: 2, wide: 2, none: 1, end: 1 });
  const sign = range === finite && random.chance(0.5) ? -1 : 1;
  if (what === 'usual') return usual;
  if (what === 'ordinary') return sign * random.magnitude(-14, 3);
  if (what === 'small') return sign * random.magnitude(least, -30);
  if (what === 'wide') return sign * random.magnitude(least, most);
  if (range === epsilon && what === 'none' && random.chance(0.5)) return 0;
  if (range === epsilon || range === positive) return what === 'none' ? 2 ** least : 1;
  return what === 'none' ? sign * 0 : dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
}

/** A hyper-parameter, which may be a function of the step. */
function drawHyper(range: NumberRange, usual: number, dtype: Dtype, random: Generator): PlannedNumber {
  if (!random.chance(0.12)) return drawNumber(range, usual, dtype, random);
  return Array.from({ length: 2 + random.below(3) }, () => drawNumber(range, usual, dtype, random));
}

// The numbers that say what state begins with, and may not be functions of the step.
const fixed = [
  'initialAccumulator',
  'initialAccumulatorValue',
  'd0',
  'initStep',
  'lowerBound',
  'initEstimSqDist',
  'maxPrecondDim',
];

// What may be null otherwise.
const bareOf = new Map<Range, NumberRange>([
  [positiveOrNull, positive],
  [belowOneOrNull, belowOne],
  [fromOneOrNull, fromOne],
  [nonNegativeOrNull, nonNegative],
]);

/** An option of a range. */
export function drawOption(
  key: string,
  range: Range,
  usual: unknown,
  dtype: Dtype,
  random: Generator,
): PlannedOption {
  if (range.kind === 'flag') return random.chance(0.5);
  if (range.kind === 'number') {
    const bare = bareOf.get(range);
    if (bare !== undefined && fixed.includes(key))
      return random.chance(0.6) ? null : drawNumber(bare, 0.5, dtype, random);
    if (bare !== undefined)
      return random.chance(0.6) ? null : drawHyper(bare, bare === fromOne ? 1.5 : 0.5, dtype, random);
    return fixed.includes(key)
      ? drawNumber(range, usual as number, dtype, random)
      : drawHyper(range, usual as number, dtype, random);
  }
  // What is not finite is looked at in test/gradients.test.ts: here no step is skipped.
  if (range.kind === 'choice') return key === 'nonFinite' ? (usual as string) : random.pick(range.of);
  if (range.least !== undefined) {
    const length = range.least + random.below(range.length - range.least + 1);
    return { pair: Array.from({ length }, () => drawHyper(range.of, 0.9, dtype, random)) };
  }
  const pair = usual as readonly (number | null)[];
  if (range.of === epsilonOrNull) {
    const drawn = pair.map(one => drawHyper(epsilon, one ?? 1e-7, dtype, random));
    return { pair: random.chance(0.5) ? [null, drawn[1]!] : drawn };
  }
  return { pair: pair.map(one => drawHyper(range.of, one!, dtype, random)) };
}

/** What two options of a rule demand of each other. */
function mended(
  rule: AnyRule,
  options: Record<string, PlannedOption>,
  random: Generator,
): Record<string, PlannedOption> {
  if (rule.name === 'rprop') {
    const sorted = [random.magnitude(-30, 3), random.magnitude(-30, 3)].sort((a, b) => a - b);
    if (options.stepSizes !== undefined) options.stepSizes = { pair: [sorted[0]!, sorted[1]!] };
    if (options.etas !== undefined)
      options.etas = { pair: [2 ** -10 + random.unit() * 0.99, 1 + random.magnitude(-30, 2)] };
  }
  if (/^schedule-free-(adamw|radam)$/.test(rule.name) && options.betas !== undefined) {
    const [, beta2] = (options.betas as { readonly pair: readonly PlannedNumber[] }).pair;
    options.betas = { pair: [2 ** -10 + random.unit() * 0.99, beta2!] };
  }
  const below = ({ pnm: 1, adapnm: 2 } as Record<string, number>)[rule.name];
  if (below !== undefined && options.betas !== undefined) {
    const { pair } = options.betas as { readonly pair: readonly PlannedNumber[] };
    options.betas = { pair: pair.map((beta, i) => (i < below ? random.unit() * 0.999 : beta)) };
  }
  // The reference multiplies element by element.
  if (rule.slots.some(({ apart }) => apart)) options.maxPrecondDim = random.pick([1, 7, 20]);
  const { name } = rule;
  if (
    options.nesterov === true &&
    (name === 'noisy-sgd' || (name === 'sgd' && 'dampening' in defaultsOf(rule)))
  ) {
    if (name === 'sgd') options.dampening = 0;
    if (options.momentum === undefined || options.momentum === 0) options.momentum = 0.9;
  }
  return options;
}

/** Options of a rule, each of which is in its range, and which go together. */
export function drawOptions(
  rule: AnyRule,
  base: Readonly<Record<string, unknown>>,
  dtype: Dtype,
  random: Generator,
): Record<string, PlannedOption> {
  const options: Record<string, PlannedOption> = {};
  const wild = random.chance(0.7);
  for (const [key, { range }] of Object.entries(optionsOf(rule))) {
    const value = base[key];
    // The twin knows of no switches, which have one of their own (test/switches).
    if (key in switchOptions) continue;
    const drawn = drawOption(key, range, value, dtype, random);
    if (wild && random.chance(range.kind === 'flag' ? 0.3 : 0.4)) options[key] = drawn;
    else if (Array.isArray(value)) options[key] = { pair: value as readonly number[] };
    else options[key] = value as PlannedOption;
  }
  return mended(rule, options, random);
}

// Around the widths of vectors and the chunk of scratch, claims of 16384 elements and tiles of 131072 bytes.
const borders = [64, 128, 256, 1024, 2048, 16_384, 32_768, 49_152, 65_536] as const;

function drawLength(random: Generator): number {
  const what = random.word() / 2 ** 32;
  if (what < 0.02) return 0;
  if (what < 0.45) return 1 + random.below(40);
  if (what < 0.989) return 1 + random.below(200);
  if (what < 0.995) return 200 + random.below(3000);
  const most = what < 0.9985 ? 5 : borders.length;
  return Math.max(0, random.pick(borders.slice(0, most)) + random.below(9) - 4);
}

// Of rules that look at rows and columns; for others nothing more is drawn.
function drawShape(rule: AnyRule, random: Generator): Pick<PlannedTensor, 'length' | 'dimensions'> {
  const length = drawLength(random);
  if (rule.grid === undefined || random.chance(0.3)) return { length, dimensions: null };
  const { matrices, rows, columns } = stackOfLength(length, random.below(30));
  const stacked = rule.name !== 'sm3' && random.chance(0.5);
  return { length, dimensions: stacked ? [matrices, rows, columns] : [matrices * rows, columns] };
}

const moves: readonly Move[] = ['stays', 'carried', 'read', 'copied'];

function drawStep(tensors: readonly PlannedTensor[], moving: boolean, random: Generator): PlannedStep {
  const all = random.chance(0.6);
  const moved = moving && random.chance(0.5);
  return {
    present: tensors.map(() => all || random.chance(0.7)),
    moves: moved ? tensors.map(() => random.pick(moves)) : null,
  };
}

/** Steps behind a loaded state: few, some thousands, or more than 32 bits hold. */
function drawLoaded(random: Generator): number {
  const what = random.weighted({ few: 4, thousands: 3, many: 1 });
  if (what === 'few') return random.below(20);
  return what === 'thousands' ? random.below(100_000) : random.below(2 ** 30) * 2 ** 12 + random.below(4096);
}

/** The case of this number. */
export function draw(seed: number, number: number): Plan {
  const random = new Generator(seed, number);
  const variant = random.pick(drawn);
  const shape = random.pick(['list', 'record', 'groups'] as const);
  const groups = shape === 'groups' ? 1 + random.below(3) : 1;
  const count = groups + random.below(3);
  const only = random.chance(0.8) ? random.pick(['float32', 'float64'] as const) : null;
  const tensors = Array.from({ length: count }, (_, id): PlannedTensor => {
    const kind = random.weighted(kinds);
    return {
      id,
      dtype: only ?? random.pick(['float32', 'float64'] as const),
      ...drawShape(variant.rule, random),
      group: id < groups ? id : random.below(groups),
      offset: random.below(17),
      gradientOffset: random.below(17),
      kind,
      gradientKind: random.chance(0.5) ? kind : random.weighted(kinds),
    };
  }).sort((a, b) => a.group - b.group);
  // The narrowest type of all bounds the options.
  const dtype = tensors.some(tensor => tensor.dtype === 'float32') ? 'float32' : 'float64';
  const options = Array.from({ length: groups }, () =>
    drawOptions(variant.rule, variant.options, dtype, random),
  );
  const elements = tensors.reduce((sum, { length }) => sum + length, 0);
  const moving = random.chance(0.3);
  const steps = elements > 8000 ? 1 + random.below(2) : 1 + random.below(5);
  return {
    seed,
    number,
    rule: rules.indexOf(variant.rule),
    options,
    tensors,
    shape,
    together: random.chance(0.4),
    across: random.chance(0.05),
    sameGradients: random.chance(0.5),
    loaded: random.chance(0.3) ? drawLoaded(random) : null,
    steps: Array.from({ length: steps }, () => drawStep(tensors, moving, random)),
    threads: 1 + random.below(3),
  };
}

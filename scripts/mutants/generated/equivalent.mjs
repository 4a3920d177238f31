// The generated mutants that change nothing that could be seen, and why. They must survive.

/** By reason: their names, without what they have in common. */
const groups = [
  {
    why: 'what lives within a step has its name in no state',
    of: 'src/rules/nesterov.ts: nesterov.slots.name: ',
    names: ["name: 'origin' -> name: 'origin_'"],
  },
  {
    why: 'select() asks whether it is above 0, and does not read the number that it does not select',
    of: 'src/rules/radam.ts: radam.coefficients: ',
    names: [
      '[...average, step, eps, 0, 1] -> [...average, step, average, 0, 1]',
      '[...average, …, eps, 1, 1] -> [...average, …, eps, 2, 1]',
      '[...average, …, eps, 1, 1] -> [...average, …, eps, 1, 2]',
    ],
  },
  {
    why: 'select() asks whether it is above 0',
    of: 'src/rules/asgd.ts: asgd.coefficients: ',
    names: ['mu === 1 ? 0 : 1 -> mu === 1 ? 0 : 2'],
  },
  {
    why: 'the check of the rule refuses what the range does, and more',
    of: 'src/rules/rprop.ts: rprop.options.etas: ',
    names: ['pair([0.5, 1.2], positive) -> pair([0.5, 1.2], { ...positive, holds: x => x >= 0 })'],
  },
  {
    why: 'without the flag `corrected` no kernel reads the third coefficient',
    of: 'src/rules/average.ts: ',
    names: [
      'average.coefficients: decay_product = 0 -> decay_product = 1',
      'copyingFirst.coefficients: [0, 1, 1] -> [0, 1, 2]',
    ],
  },
  {
    why: 'the copy begins with -0, which 0 and 1 times is -0; and 0 times -1 is -0, too',
    of: 'src/rules/average.ts: copyingFirst.',
    names: ['initialParameter: -0 -> -1', 'coefficients: [0, 1, 1] -> [1, 1, 1]'],
  },
  {
    why: 'the coefficients of an average depend on neither',
    of: 'src/rules/average.ts: copyingFirst.coefficients: average.coefficients!(options, t, before, least) -> ',
    names: [
      'average.coefficients!(options, before, before, least)',
      'average.coefficients!(options, t, least, least)',
      'average.coefficients!(options, t, before, t)',
    ],
  },
  {
    why: 'those that took part before are all of them',
    of: 'src/rules/nesterov.ts: nesterov.passes.over: ',
    names: ["over: 'all' -> over: 'all_' (2)"],
  },
  {
    why: 'the first step writes it and does not read it',
    of: 'src/rules/novograd.ts: novograd.scalars.exp_avg_sq: ',
    names: ['exp_avg_sq: 0 -> exp_avg_sq: 1'],
  },
  {
    why: 'without a beta they do not shrink',
    of: 'src/rules/sm3.ts: sm3.passes.tops.numbers: beta !== 0 -> ',
    names: ['tensors !== 0', 'beta !== 1'],
  },
  {
    why: 'the state has these three from its first step on',
    of: 'src/rules/prodigy.ts: prodigy.passes: ',
    names: ['d = 0 -> d = 1', 'd_max = 0 -> d_max = 1', 'd_numerator = 0 -> d_numerator = 1'],
  },
  {
    why: 'select() asks whether it is above 0',
    of: 'src/rules/prodigy.ts: prodigy.passes.sums.numbers: ',
    names: ['row.t === 1 ? 1 : 0 -> row.t === 1 ? 2 : 0'],
  },
  {
    why: 'the shorter kernel has the same bits',
    of: 'src/rules/adan.ts: adan.shorter',
    names: [
      ': { flags: () => [], … } -> undefined',
      '.holds: coefficients[10] === 1 -> coefficients[11] === 1',
    ],
  },
  {
    why: 'select() asks whether it is above 0',
    of: 'src/rules/adan.ts: adan.coefficients: ',
    names: ['t === 1 ? 1 : 0 -> t === 1 ? 2 : 0'],
  },
  {
    why: 'null counts as 0 in a comparison and in a quotient: such a warm-up is over at once',
    of: 'src/rules/ademamix.ts: ademamix.coefficients.',
    names: ['beta3: beta3Warmup === null -> t === null', 'part: alphaWarmup === null -> eps === null'],
  },
  {
    why: 'null counts as 0 in a comparison: such a warm-up is over at once',
    of: 'src/rules/simplified-ademamix.ts: simplifiedAdemamix.coefficients.beta1: ',
    names: ['beta1Warmup === null -> t === null'],
  },
  {
    why: 'select() asks whether it is above 0',
    of: 'src/rules/adopt.ts: adopt.coefficients: ',
    names: ['first ? 1 : 0 -> first ? 2 : 0'],
  },
  {
    why: 'select() asks whether it is above 0, and does not read the number that it does not select',
    of: 'src/rules/adabelief.ts: adabelief.coefficients: ',
    names: [
      '[...average, step * root2, …, 1, 1] -> [...average, step * root2, …, 2, 1]',
      '[...average, step * root2, …, 1, 1] -> [...average, step * root2, …, 1, 2]',
      '[...average, step, eps, 0, 1] -> [...average, step, beta2, 0, 1]',
      '[...average, step * root * root2, eps, 1, 1] -> [...average, step * root * root2, eps, 2, 1]',
      '[...average, step * root * root2, eps, 1, 1] -> [...average, step * root * root2, eps, 1, 2]',
    ],
  },
  {
    why: 'select() asks whether it is above 0, and does not read the number that it does not select',
    of: 'src/rules/acprop.ts: acprop.coefficients',
    names: [
      ': [...average, 1, momentum, 0, eps, 1] -> [...average, 2, momentum, 0, eps, 1]',
      ': [...average, 1, momentum, 0, eps, 1] -> [...average, 1, momentum, 0, beta1, 1]',
      '.averaged: momentumUpdate ? 1 : 0 -> momentumUpdate ? 2 : 0',
      ': [...average, averaged, …, 1, eps, 1] -> [...average, averaged, …, 2, eps, 1]',
      ': [...average, averaged, …, 1, eps, 1] -> [...average, averaged, …, 1, eps, 2]',
      ': [...average, averaged, step * root2, 1, …, 1] -> [...average, averaged, step * root2, 2, …, 1]',
      ': [...average, averaged, step * root2, 1, …, 1] -> [...average, averaged, step * root2, 1, …, 2]',
    ],
  },
  {
    why: 'no kernel reads the moments of rows and columns; a state has them by name',
    of: 'src/rules/adafactor.ts: slotsNamed: [ …, …1, …2, …3, …4, …5, ] -> ',
    names: ['[…, …1, …2, …3, …5, …4]'],
  },
  {
    why: 'a slot more than needed that no kernel reads, and that no state has',
    of: 'src/rules/adafactor.ts: slotsNamed.when: ',
    names: ['[factored] -> undefined', '[factored] -> undefined (2)'],
  },
  {
    why: 'the two are equal then',
    of: 'src/rules/',
    names: [
      'adafactor.ts: atLeast: a > least -> a >= least',
      'lamb.ts: lamb.passes.numbers.phi: weight > phiMax -> weight >= phiMax',
    ],
  },
  {
    why: 'phiMax is above 0',
    of: 'src/rules/lamb.ts: lamb.passes.numbers.trust: ',
    names: ['weight === 0 -> phi === 0'],
  },
  {
    why: 'the sums of rows are asked for by their tensor alone',
    of: 'src/rules/',
    names: [
      "adafactor.ts: adafactorPasses.squares.sums: ['row'] -> ['row_']",
      "sm3.ts: sm3.passes.tops.sums: ['row'] -> ['row_']",
    ],
  },
  {
    why: 'without a momentum no kernel reads it',
    of: 'src/rules/adafactor.ts: adafactorPasses.numbers: ',
    names: ['beta1 ?? 0 -> beta1 ?? 1', 'beta1 ?? 0 -> beta1 ?? 1 (2)'],
  },
  {
    why: 'every other word is float64',
    of: 'src/rules/adafactor.ts: parts.factors: ',
    names: ["newArray('float64', rows.length) -> newArray('float64_', rows.length)"],
  },
  {
    why: 'one more is written again by the next matrix, or lies outside',
    of: 'src/rules/adafactor.ts: parts: ',
    names: ['i < from + count -> i <= from + count (2)'],
  },
  {
    why: 'what has no elements shows no size',
    of: 'src/rules/adafactor.ts: meanRoot: ',
    names: ['… ? 0 : …1 -> … ? 1 : …1'],
  },
];

export const equivalents = new Map(
  groups.flatMap(({ why, of, names }) => names.map(name => [of + name, why])),
);

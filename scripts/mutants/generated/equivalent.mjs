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
];

export const equivalents = new Map(
  groups.flatMap(({ why, of, names }) => names.map(name => [of + name, why])),
);

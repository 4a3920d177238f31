// A stateful model of the API: commands drawn at random, rightly and wrongly, with a twin that knows what must come of each.
// scripts/model.sh runs very many, on an addon with sanitizers.
import { rmSync } from 'node:fs';
import { afterAll, afterEach, expect, it } from 'vitest';
import { Clocks } from '../../src/clock.js';
import { Moves } from '../../src/moves.js';
import { Registry } from '../../src/registry.js';
import { nativeMissing } from '../backends.js';
import { walk } from './model.js';
import { tally } from './outcome.js';
import { folder } from './world.js';

// The processes of the tests are ended by a signal.
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noAddon = nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`;

it.skipIf(noAddon !== '')(`every call comes to what the model says, with its bits${noAddon}`, async () => {
  await walk(12_000, 1);
  // What is drawn reaches every refusal that there is between steps, and every kind of call succeeds.
  const outcomes = new Set([...tally.keys()].map(what => what.slice(what.lastIndexOf(': ') + 2)));
  for (const code of [
    ...['OPTION', 'SHAPE', 'NAME', 'DTYPE', 'LENGTH', 'DETACHED', 'RESIZABLE', 'PINNED', 'ALIAS'],
    ...['STATE', 'BUSY', 'DISPOSED', 'CHECKPOINT', 'FILE', 'mine', 'fine'],
  ])
    expect(outcomes).toContain(code);
  const fine = [...tally.keys()].filter(what => what.endsWith(': fine')).join();
  for (const call of [
    ...[
      'new',
      'step with fine gradients',
      'stepAsync with fine gradients',
      'rebind with fine arrays',
      'set lr',
    ],
    ...['stateDict', 'loadStateDict', 'serialize', 'deserialize', 'save', 'load', 'dispose'],
  ])
    expect(fine).toContain(`${call}: fine`);
});

const broken = [
  ['a clock that does not move on', Clocks, 'tick', () => () => {}],
  ['a check of gradients that lets all through', Registry, 'checkGradient', () => () => {}],
  ['a move that is never over', Moves, 'arrive', () => () => {}],
] as const;

let mend = (): void => {};
afterEach(() => mend());

it.skipIf(noAddon !== '').each(broken)(`finds %s${noAddon}`, async (_, { prototype }, name, make) => {
  // biome-ignore lint/suspicious/noExplicitAny: a method is replaced, whatever its type
  const of = prototype as any;
  const original = of[name];
  mend = () => {
    of[name] = original;
  };
  of[name] = make();
  await expect(walk(4000, 1)).rejects.toThrow(/Counterexample: \[construct/);
});

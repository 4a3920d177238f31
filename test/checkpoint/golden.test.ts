// Checkpoints that were written once and are kept: later versions of lanestep, other versions of Node and other processors must
// read them, go on with the same bits, and write the same bytes. One has every optimizer of its version twice, at two of its steps,
// the others are what one optimizer writes alone. For a format that is new on purpose, and for a release that has more
// optimizers, delete the folder's files and run this with LANESTEP_WRITE_GOLDEN=1.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deserializeAll, serializeAll, type Together } from '../../src/index.js';
import { defaultsOf } from '../../src/rule.js';
import { nativeMissing } from '../backends.js';
import { type Entry, everyOptimizer } from '../every-optimizer.js';
import { type Backend, Training } from '../training.js';

const folder = new URL('../golden/checkpoints/', import.meta.url);
const cuts = [5, 8] as const;
const entries = everyOptimizer.filter(({ tfjs }) => !tfjs);

/** What is kept under a name, which is written first where that is asked for. */
function kept(name: string, write: () => Uint8Array): Buffer {
  const file = new URL(`${name}.safetensors.gz`, folder);
  if (process.env.LANESTEP_WRITE_GOLDEN === '1' && !existsSync(file)) writeFileSync(file, gzipSync(write()));
  return gunzipSync(readFileSync(file));
}

function begin({ rule, make }: Entry, backend: Backend): Training {
  const decay = 'weightDecay' in defaultsOf(rule) ? { weightDecay: 0.01 } : {};
  return new Training(
    {
      shape: 'groups',
      make: ([first, second], on) => make([first, { ...second, lr: 0.3 }], { backend: on, ...decay }),
    },
    backend,
  );
}

/** Optimizers after so many steps, as objects of one checkpoint. */
const together = (which: readonly Entry[], at: (entry: Entry, t: number) => Training): Together =>
  Object.fromEntries(
    which.flatMap(entry => cuts.map(t => [`${entry.name} ${t}`, at(entry, t).optimizer as never])),
  );

for (const backend of ['native', 'wasm'] as const satisfies Backend[]) {
  const missing = backend === 'native' && nativeMissing !== null ? ` (skipped: ${nativeMissing})` : '';
  describe.skipIf(missing !== '')(`${backend}${missing}`, () => {
    const trained = (entry: Entry, t: number) => begin(entry, backend).train(0, t);

    it('every optimizer goes on from where it is kept to where it is kept next', () => {
      const bytes = kept('together', () => serializeAll(together(entries, trained)));
      const runs = new Map<string, Training>();
      const objects = together(entries, (entry, t) => {
        const run = begin(entry, backend);
        runs.set(`${entry.name} ${t}`, run);
        return run;
      });
      const report = deserializeAll(bytes, objects, { partial: true });
      expect(report.unexpected).toEqual([]);
      // Those that came later are in no file yet.
      const present = entries.filter(({ name }) => !report.missing.includes(`${name} 5`));
      expect(present.length).toBeGreaterThan(12);
      for (const { name } of present) {
        const [from, to] = cuts.map(t => runs.get(`${name} ${t}`)!) as [Training, Training];
        from.train(...cuts);
        expect(Buffer.compare(from.optimizer.serialize(), to.optimizer.serialize()), name).toBe(0);
      }
      expect(Buffer.compare(serializeAll(together(present, trained)), bytes)).toBe(0);
    });

    it('one alone goes on from its kept file to the next', () => {
      const adam = entries.find(({ name }) => name === 'Adam')!;
      const files = cuts.map(t => kept(`adam-${t}`, () => trained(adam, t).optimizer.serialize()));
      const resumed = begin(adam, backend);
      resumed.optimizer.deserialize(files[0]!);
      for (const run of [resumed.train(...cuts), trained(adam, 8)])
        expect(Buffer.compare(run.optimizer.serialize(), files[1]!)).toBe(0);
    });
  });
}

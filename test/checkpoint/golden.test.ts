// Checkpoints that were written once and are kept: later versions of lanestep, other versions of Node and other processors must
// read them, go on with the same bits, and write the same bytes. For a format that is new on purpose, delete the folder's
// files and run this with LANESTEP_WRITE_GOLDEN=1.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../src/rule.js';
import { nativeMissing } from '../backends.js';
import { everyOptimizer } from '../every-optimizer.js';
import { type Backend, type Run, Training } from '../training.js';

const folder = fileURLToPath(new URL('../golden/checkpoints/', import.meta.url));
const writes = process.env.LANESTEP_WRITE_GOLDEN === '1';
const cut = 5;
const end = 8;

const kept = everyOptimizer.filter(({ tfjs }) => !tfjs);
const fileOf = (name: string, t: number) => `${folder}${name.toLowerCase()}-${t}.safetensors`;

it('there is a file for every optimizer, and no other', () => {
  const names = kept.flatMap(({ name }) => [cut, end].map(t => fileOf(name, t).slice(folder.length)));
  if (!writes) expect(readdirSync(folder).sort()).toEqual(names.sort());
});

for (const backend of ['native', 'wasm'] as const satisfies Backend[]) {
  const missing = backend === 'native' && nativeMissing !== null ? ` (skipped: ${nativeMissing})` : '';
  describe.skipIf(missing !== '')(`${backend}${missing}`, () => {
    for (const { name, rule, make } of kept) {
      it(`${name} goes on from its kept file to the next`, () => {
        const decay = 'weightDecay' in defaultsOf(rule) ? { weightDecay: 0.01 } : {};
        const run: Run = {
          shape: 'groups',
          make: ([first, second], on) => make([first, { ...second, lr: 0.3 }], { backend: on, ...decay }),
        };
        const training = new Training(run, backend);
        if (writes && !existsSync(fileOf(name, end))) {
          for (const t of [cut, end]) {
            training.train(training.optimizer.steps, t);
            writeFileSync(fileOf(name, t), training.optimizer.serialize());
          }
        }
        const [from, to] = [cut, end].map(t => readFileSync(fileOf(name, t)));
        const resumed = new Training(run, backend);
        resumed.optimizer.deserialize(from!);
        resumed.train(cut, end);
        expect(Buffer.compare(resumed.optimizer.serialize(), to!)).toBe(0);
        const whole = new Training(run, backend).train(0, end);
        expect(Buffer.compare(whole.optimizer.serialize(), to!)).toBe(0);
      });
    }
  });
}

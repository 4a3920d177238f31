// Run by probe.ts as a process: loads the addon and runs every kernel of every instruction set once, saying before what.
// The arguments are instruction sets to leave out.
import { writeSync } from 'node:fs';
import { NativeBackend } from '../../backends/native.js';
import { loadAddon } from '../../node/addon.js';
import { jobOf } from '../../reference/job-of.js';
import { runOnBackend } from '../../reference/jobs.js';
import { sequences } from '../../reference/sequences.js';
import { variants } from '../../reference/variants.js';

// Written at once: what is buffered is lost when the process is ended.
const say = (line: string) => writeSync(1, `${line}\n`);

const extent = { lengths: [0, 1, 5, 33, 300], steps: 1, numbers: 'every kind' } as const;

try {
  const addon = loadAddon();
  const leftOut = process.argv.slice(2);
  const sets = addon.instructionSets.filter(({ name, supported }) => supported && !leftOut.includes(name));
  for (const { name } of sets) {
    for (const variant of [...variants, ...sequences]) {
      for (const dtype of ['float32', 'float64'] as const) {
        say(`${name} ${variant.kernel} ${dtype}`);
        const backend = new NativeBackend(addon, name);
        backend.setThreads(2, 0);
        // A wrong result or an error is the self-test's to find; here only the process' end counts.
        try {
          runOnBackend(jobOf(variant, dtype, extent), backend);
        } catch {}
      }
    }
  }
  say('done');
} catch (error) {
  say(`reason ${JSON.stringify((error as Error).message)}`);
}

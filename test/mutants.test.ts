// The mutants that were written by hand fit the code that they break, all that were run were killed, and those that are generated do
// not dwindle. To run them takes hours, and is no part of this.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/mutants.mjs', import.meta.url));

it('every entry still stands in the code once, and in the table', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--stale'], { encoding: 'utf8' });
  const [text, byHand, generated] =
    /^(\d+) mutants fit, (\d+) are generated\n$/.exec(`${stdout}${stderr}`) ?? [];
  expect(text, `${stdout}${stderr}`).toBeDefined();
  expect(Number(byHand)).toBeGreaterThanOrEqual(400);
  expect(Number(generated)).toBeGreaterThanOrEqual(6000);
  expect(status).toBe(0);
});

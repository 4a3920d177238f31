// The mutants of scripts/mutants.mjs fit the code that they break, and all of them were killed. To run them takes most of an
// hour, and is no part of this.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/mutants.mjs', import.meta.url));

it('every entry still stands in the code once, and in the table', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--stale'], { encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toMatch(/^\d+ mutants fit\n$/);
  expect(status).toBe(0);
});

it('there are enough of them in every room, and few that no test can see', () => {
  const table = readFileSync(new URL('mutants.md', import.meta.url), 'utf8');
  const rooms = [...table.matchAll(/^## (\S+): (\d+)$/gm)].map(
    ([, room, count]) => [room!, Number(count)] as const,
  );
  const of = (...names: string[]) =>
    rooms.filter(([room]) => names.includes(room)).reduce((sum, [, count]) => sum + count, 0);
  expect(of('native-rules', 'native-isa', 'native-steps', 'assembly')).toBeGreaterThanOrEqual(60);
  expect(of('coefficients', 'schedules')).toBeGreaterThanOrEqual(40);
  expect(of('validators', 'engine', 'backends')).toBeGreaterThanOrEqual(50);
  const all = rooms.reduce((sum, [, count]) => sum + count, 0);
  expect(table.match(/\| equivalent: /g)?.length).toBeLessThan(all / 25);
});

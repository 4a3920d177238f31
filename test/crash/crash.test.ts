// The catalogue of crashes: each row is a program in a process of its own, which has to end as is written there and by no
// signal. `npm test` runs it once, small; scripts/crash.sh with storms, on several versions of Node.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeMissing } from '../backends.js';
import { endOf, node, survive } from './child.js';
import { foreignAddon, rows, version } from './rows.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = existsSync(join(root, 'dist/index.js'))
  ? nativeMissing
  : 'no dist/index.js; run `npm run build`';
const skipped = built === null ? '' : ` (skipped: ${built})`;
const timeout = 60 * 60_000;

describe.skipIf(skipped !== '')(`on Node ${version}${skipped}`, () => {
  for (const { name, absent, times = 1, ...program } of rows) {
    it(name, { timeout }, async ({ skip }) => {
      const reason = absent?.() ?? null;
      if (reason !== null) skip(reason);
      for (let i = 0; i < times; i++) {
        const why = await survive(program);
        if (why !== null) skip(why);
      }
    });
  }

  describe('with another addon in its place', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'lanestep-crash-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** A copy of the package with these bytes for an addon. */
    function copy(name: string, addon: Uint8Array): string {
      const home = join(folder, name);
      mkdirSync(join(home, 'build/Release'), { recursive: true });
      cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
      cpSync(join(root, 'package.json'), join(home, 'package.json'));
      writeFileSync(join(home, 'build/Release/lanestep.node'), addon);
      return home;
    }

    it("that is another package's", async ({ skip }) => {
      const foreign = foreignAddon();
      if (foreign === null) skip('there is no other addon here');
      const home = copy('foreign', readFileSync(foreign!));
      await survive({
        run: ['launch.mjs', join(home, 'dist/index.js')],
        says: /^auto: right on wasm: .*lanestep\.node is of another version.*\nnative: BackendError ERR_LANESTEP_BACKEND /m,
        complains: /LANESTEP_WASM/,
      });
    });

    // To load one that is cut within its code ends the process, which nothing can be done about; so the command that looks
    // for what is broken lets a process of its own try.
    it('that is cut, under `lanestep doctor`', async () => {
      const home = copy('cut', readFileSync(join(root, 'build/Release/lanestep.node')).subarray(0, 30_000));
      const { code, signal, stdout } = await endOf([node, join(home, 'dist/cli/main.js'), 'doctor']);
      expect([code, signal]).toEqual([1, null]);
      expect(stdout).toContain('LANESTEP_BACKEND=wasm');
    });
  });
});

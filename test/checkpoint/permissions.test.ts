// A checkpoint that is saved in the place of another can be read by whoever could read that one, and by nobody else.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Adam } from '../../src/index.js';

const why = process.platform === 'win32' ? ' (skipped: Windows has other permissions)' : '';
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(why !== '')(`the permissions of a file${why}`, () => {
  let folder = '';
  let umask = 0;
  const make = () => new Adam({ w: new Float32Array(300_000) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanestep-permissions-'));
    umask = process.umask();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('that is new are those of any new file', async () => {
    const path = join(folder, 'new');
    await make().save(path);
    expect(modeOf(path)).toBe(0o666 & ~umask);
  });

  it.each(['600', '640', '644', '666', '400'])('stay %s, from its first byte on', async octal => {
    const mode = Number.parseInt(octal, 8);
    const path = join(folder, 'kept');
    const optimizer = make();
    await optimizer.save(path);
    chmodSync(path, mode);
    const link = join(folder, 'link');
    symlinkSync(path, link);
    const meanwhile = new Set<number>();
    const onProgress = () => {
      for (const name of readdirSync(folder)) {
        if (name.endsWith('.tmp')) meanwhile.add(modeOf(join(folder, name)));
      }
    };
    await optimizer.save(link, { onProgress });
    expect([...meanwhile]).toEqual([mode]);
    expect(modeOf(path)).toBe(mode);
    await make().load(path);
  });
});

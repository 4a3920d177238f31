// Saves beside others: in other namespaces of processes, in workers that are ended, by other users.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SGD } from '../../src/index.js';

const writer = fileURLToPath(new URL('other-writer.mjs', import.meta.url));
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanestep-others-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => rmSync(folder, { recursive: true }));

const linux = process.platform === 'linux' ? '' : ' (skipped: only Linux tells which threads live)';
const unshare = ['unshare', '--pid', '--fork', '--mount-proc'];
const noNamespaces =
  spawnSync(unshare[0]!, [...unshare.slice(1), 'true']).status === 0
    ? ''
    : ' (skipped: there is no unshare here that makes namespaces)';

/** A process that saves; it can be waited for, and told to go on. */
function start(how: string, under: readonly string[] = []) {
  const [command, ...args] = [...under, process.execPath, writer, how, path];
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  const listeners: (() => void)[] = [];
  child.stdout.on('data', text => {
    said += text;
    for (const hear of listeners) hear();
  });
  const ended = new Promise<string>(resolve =>
    child.on('close', code => resolve(`${said}ended with ${code}`)),
  );
  const writing = new Promise<void>(resolve => listeners.push(() => said.includes('writing') && resolve()));
  return { writing: Promise.race([writing, ended]), ended, goOn: () => child.stdin.end('x') };
}

it.skipIf(noNamespaces !== '').each([
  ['another namespace', unshare],
  ['another namespace, with the /proc of ours', ['unshare', '--pid', '--fork']],
])(`a save in %s leaves the files of those alone who write${noNamespaces}`, async (_, other) => {
  for (const [one, two] of [
    [[], other],
    [other, []],
    [other, other],
  ]) {
    const living = start('hold', one);
    await living.writing;
    const before = readdirSync(folder);
    expect(await start('save', two).ended).toBe('saved\nended with 0');
    for (const name of before) expect(readdirSync(folder)).toContain(name);
    living.goOn();
    expect(await living.ended).toBe('writing\nsaved\nended with 0');
    expect(readdirSync(folder)).toEqual([basename(path)]);
  }
});

it.skipIf(linux !== '')(`what a worker left that was ended is removed by the next save${linux}`, async () => {
  expect(await start('ended').ended).toBe('writing\nwhile it writes: 1\nafter its end: 0\nended with 0');
});

const root =
  process.getuid?.() === 0 && isMainThread
    ? ''
    : ' (skipped: only root can save as others, and not in a thread)';

describe.skipIf(root !== '')(`a file that another user saves again${root}`, () => {
  const [owner, group] = [2001, 4321];
  /** Who saves; and to whom the file then belongs, where it does not to whom it did. */
  const savers = {
    root: { uid: 0, gid: 0, groups: [0], keeps: [owner, group] },
    'its owner, with another group of the process': {
      uid: owner,
      gid: 100,
      groups: [group],
      keeps: [owner, group],
    },
    'a member of its group': { uid: 2002, gid: 100, groups: [group], keeps: [2002, group] },
    'its owner, who left the group': { uid: owner, gid: 100, groups: [], keeps: [owner, 100] },
    'somebody else': { uid: 2003, gid: 100, groups: [], keeps: [2003, 100] },
  };
  const people = [
    { uid: owner, groups: [group] },
    { uid: 2002, groups: [group, 100] },
    { uid: 2004, groups: [100] },
    { uid: 2005, groups: [5] },
  ];
  type Rights = { uid: number; gid: number; mode: number };
  const may = ({ uid, gid, mode }: Rights, who: { uid: number; groups: number[] }) =>
    (mode >> (uid === who.uid ? 6 : who.groups.includes(gid) ? 3 : 0)) & 6;

  it.each(Object.entries(savers))('%s: nobody gains', async (_, { uid, gid, groups, keeps }) => {
    chmodSync(folder, 0o777);
    for (const mode of [0o600, 0o640, 0o660, 0o644, 0o664, 0o666, 0o604, 0o646]) {
      const optimizer = new SGD({ w: new Float32Array(600_000) }, { lr: 0.1, backend: 'wasm' });
      await optimizer.save(path);
      chownSync(path, owner, group);
      chmodSync(path, mode);
      const before = statSync(path);
      const meanwhile: Rights[] = [];
      process.setgroups!(groups);
      process.setegid!(gid);
      process.seteuid!(uid);
      try {
        await optimizer.save(path, {
          onProgress: () => {
            for (const name of readdirSync(folder))
              if (name.endsWith('.tmp')) meanwhile.push(statSync(join(folder, name)));
          },
        });
      } finally {
        process.seteuid!(0);
        process.setegid!(0);
        process.setgroups!([0]);
      }
      const after = statSync(path);
      expect([after.uid, after.gid]).toEqual(keeps);
      if (after.gid === group) expect(after.mode & 0o777).toBe(mode);
      for (const who of people) {
        if (who.uid === uid) continue;
        for (const now of [...meanwhile, after]) {
          const gained = may(now, who) & ~may(before, who);
          expect(gained, `${mode.toString(8)}: ${JSON.stringify(who)}`).toBe(0);
        }
      }
    }
  });
});

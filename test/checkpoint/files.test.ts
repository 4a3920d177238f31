// Files that are replaced wholly or not at all, whatever the file system does, and that are loaded wholly or not at all,
// whatever is done to them meanwhile.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { provideFiles } from '../../src/checkpoint/files.js';
import { CheckpointError, type Hyper, SGD } from '../../src/index.js';
import { nodeFiles } from '../../src/node/files.js';
import { newName, sweep } from '../../src/node/temporary.js';

/** Every operation of the file system, as `rename temporary`, in order; and a hook before each, which may throw. */
const system = vi.hoisted(() => ({
  log: [] as string[],
  before: (_operation: string, _at: number): void => {},
  opened: (_flags: unknown): void => {},
}));

// The folder, the rights and the user are the process', which a thread cannot change (scripts/coverage.sh).
const inThread = !isMainThread;

vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const tell = (name: string, path: unknown) => {
    const what = String(path).endsWith('.tmp')
      ? 'temporary'
      : /model[^/]*$/.test(String(path))
        ? 'file'
        : 'folder';
    system.log.push(`${name} ${what}`);
    system.before(`${name} ${what}`, system.log.length - 1);
  };
  const told = Object.fromEntries(
    (['rename', 'unlink', 'stat', 'readdir', 'realpath', 'readlink'] as const).map(name => [
      name,
      async (path: string, ...rest: never[]) => {
        tell(name, path);
        return (real[name] as (...all: unknown[]) => unknown)(path, ...rest);
      },
    ]),
  );
  const open = async (path: string, ...rest: never[]) => {
    tell('open', path);
    system.opened(rest[0]);
    const file = await real.open(path, ...rest);
    for (const name of ['stat', 'read', 'write', 'chmod', 'chown', 'sync', 'datasync', 'close'] as const) {
      const method = (file[name] as (...all: unknown[]) => unknown).bind(file);
      Object.defineProperty(file, name, {
        value: async (...all: unknown[]) => {
          // What fails to close is closed all the same.
          if (name === 'close') await method();
          tell(name, path);
          return name === 'close' ? undefined : method(...all);
        },
      });
    }
    return file;
  };
  return { ...real, ...told, open };
});

const pauses = vi.hoisted((): number[] => []);
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    pauses.push(ms);
  },
}));

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: as if`), { code, syscall: 'test' });
}

let folder: string;
let path: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'lanestep-files-'));
  path = join(folder, 'model.safetensors');
  system.log.length = 0;
});

afterEach(() => {
  system.before = () => {};
  provideFiles(nodeFiles);
  fs.chmodSync(folder, 0o700);
  fs.rmSync(folder, { recursive: true });
});

/** An optimizer after a step, with this number in all parameters. */
function optimizerOf(value: number, length = 1000, lr: Hyper = 0.5) {
  const w = new Float32Array(length).fill(value);
  const optimizer = new SGD({ w }, { lr, momentum: 0.9 });
  const step = () => optimizer.step({ w: new Float32Array(w.length).fill(0.25) });
  step();
  w.fill(value);
  return { optimizer, w, step };
}

type Made = ReturnType<typeof optimizerOf>;

/** All that can be told from outside: parameters, state, options and steps. */
function digest({ optimizer, w }: Made): string {
  const hash = createHash('sha256').update(w);
  const text = JSON.stringify([optimizer.stateDict(), optimizer.steps, optimizer.numbers], (_, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    hash.update(value as Float32Array);
    return value.byteLength;
  });
  return hash.update(text).digest('hex');
}

/** Whose checkpoint a file is, wholly; throws where it is nobody's. */
async function valueIn(file: string | URL, length = 1000): Promise<number> {
  const reader = optimizerOf(-1, length);
  await reader.optimizer.load(file, { params: true });
  const values = [...new Set(reader.w)];
  expect(values).toHaveLength(1);
  return values[0]!;
}

/** The error of the file system that work is refused with. */
async function refusedBySystem(work: Promise<unknown>): Promise<string | undefined> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckpointError);
  const { code, cause } = error as CheckpointError;
  expect(code).toBe('ERR_LANESTEP_FILE');
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}

const names = (): string[] => fs.readdirSync(folder).sort();

/** Saves 1, has something refused, and looks whether the file is still that one, bit for bit, and alone. */
async function keepsTheOld(refused: (made: Made) => Promise<void>, made = optimizerOf(2)): Promise<void> {
  await optimizerOf(1).optimizer.save(path);
  const before = fs.readFileSync(path);
  const inode = fs.statSync(path).ino;
  await refused(made);
  expect(fs.readFileSync(path).equals(before)).toBe(true);
  expect(fs.statSync(path).ino).toBe(inode);
  expect(names()).toEqual([basename(path)]);
}

const isRoot = process.getuid?.() === 0;
const windows = process.platform === 'win32';
const hasPrlimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

describe('a save', () => {
  it('syncs the new file before it gets its name, and the folder after', async () => {
    await optimizerOf(1).optimizer.save(path);
    system.log.length = 0;
    await optimizerOf(2).optimizer.save(path);
    expect(system.log).toEqual([
      'realpath file',
      'stat file',
      'open temporary',
      'stat temporary',
      'stat temporary',
      'readdir folder',
      'write temporary',
      'write temporary',
      'sync temporary',
      'close temporary',
      'rename temporary',
      ...(windows ? [] : ['open folder', 'sync folder', 'close folder']),
    ]);
    expect(await valueIn(path)).toBe(2);
  });

  it('leaves the old file or the new one, and nothing else, whichever operation fails', async () => {
    await optimizerOf(1).optimizer.save(path);
    system.log.length = 0;
    await optimizerOf(1).optimizer.save(path);
    const operations = [...system.log];
    const renamed = operations.indexOf('rename temporary');
    for (const [failing, operation] of operations.entries()) {
      fs.rmSync(path);
      await optimizerOf(1).optimizer.save(path);
      const made = optimizerOf(2);
      const before = digest(made);
      system.log.length = 0;
      system.before = (_, at) => {
        if (at === failing) throw failure('EIO');
      };
      // That old temporary files cannot be looked for is in nobody's way.
      if (operation === 'readdir folder') await made.optimizer.save(path);
      else expect(await refusedBySystem(made.optimizer.save(path)), operation).toBe('EIO');
      system.before = () => {};
      expect(await valueIn(path), operation).toBe(
        failing > renamed || operation === 'readdir folder' ? 2 : 1,
      );
      expect(names(), operation).toEqual([basename(path)]);
      expect(digest(made)).toBe(before);
      made.step();
    }
  });

  const essential = ['open temporary', 'write temporary', 'close temporary', 'rename temporary'];
  const refusals: Record<string, () => unknown> = {
    'by the system': () => failure('EPERM'),
    'by the folder': () => failure('EACCES'),
    'by a file system that has no such call': () => failure('ENOTSUP'),
    'by one that knows no such file': () => failure('EINVAL'),
    'by one that is not done': () => failure('ENOSYS'),
    'by the permission model': () => Object.assign(new Error('as if'), { code: 'ERR_ACCESS_DENIED' }),
    'by a stand-in that lacks it': () => new TypeError('file.chmod is not a function'),
    'by what is no error': () => 'no',
  };

  it.each(Object.entries(refusals))('goes on without what is refused, if it can: %s', async (_, refusal) => {
    const mode = 0o640;
    await optimizerOf(1).optimizer.save(path);
    if (!windows) fs.chmodSync(path, mode);
    system.log.length = 0;
    await optimizerOf(1).optimizer.save(path);
    const operations = [...new Set(system.log)];
    expect(operations).toEqual(expect.arrayContaining([...essential, 'realpath file', 'sync temporary']));
    for (const operation of operations) {
      const made = optimizerOf(2);
      const value = Math.fround(Math.random());
      made.w.fill(value);
      system.before = name => {
        // What syncs a file does so under two names.
        if (name === operation || (operation === 'sync temporary' && name === 'datasync temporary'))
          throw refusal();
      };
      const saving = made.optimizer.save(path);
      if (essential.includes(operation)) await refusedBySystem(saving);
      else await saving;
      system.before = () => {};
      expect(await valueIn(path), operation).toBe(essential.includes(operation) ? 1 : value);
      expect(names(), operation).toEqual([basename(path)]);
      // Nobody may more than before, whatever could not be asked for.
      if (!windows) expect(fs.statSync(path).mode & 0o777 & ~mode, operation).toBe(0);
      if (!windows) fs.chmodSync(path, mode);
      await optimizerOf(1).optimizer.save(path);
    }
  });

  it.skipIf(windows)('replaces what a link names though nothing says where that is', async () => {
    fs.mkdirSync(join(folder, 'deep'));
    fs.symlinkSync(join('deep', 'model-1'), join(folder, 'model-link'));
    system.before = name => {
      if (name.startsWith('realpath')) throw failure('EISDIR');
    };
    for (const value of [5, 6]) {
      await optimizerOf(value).optimizer.save(join(folder, 'model-link'));
      expect(await valueIn(join(folder, 'deep', 'model-1'))).toBe(value);
    }
    expect(names()).toEqual(['deep', 'model-link']);
    fs.symlinkSync('model-loop', join(folder, 'model-loop'));
    expect(await refusedBySystem(optimizerOf(1).optimizer.save(join(folder, 'model-loop')))).toBe('EISDIR');
  });

  it('warns once where nothing can tell whether the bytes are on the disk', async () => {
    const warnings: string[] = [];
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation((text, options) => {
      warnings.push(`${(options as { code: string }).code}: ${text}`);
    });
    onTestFinished(() => emit.mockRestore());
    // One that has not warned yet.
    vi.resetModules();
    const fresh = await import('../../src/index.js');
    const save = (to: string) => new fresh.SGD([new Float32Array(3)], { lr: 1, backend: 'wasm' }).save(to);
    system.before = name => {
      if (name === 'sync temporary') throw failure('EINVAL');
    };
    await save(path);
    expect(warnings).toEqual([]);
    system.before = name => {
      if (name.endsWith('sync temporary')) throw failure('EINVAL');
    };
    await save(path);
    await save(join(folder, 'model-2'));
    expect(warnings).toEqual([
      expect.stringMatching(/^LANESTEP_UNSYNCED: ".*model\.safetensors" and others are saved/),
    ]);
  });

  it.skipIf(windows)(
    'writes through to the disk where the permission model lets no open file be synced',
    async () => {
      Object.defineProperty(process, 'permission', { value: {}, configurable: true });
      onTestFinished(() => void Reflect.deleteProperty(process, 'permission'));
      const flags: unknown[] = [];
      const warn = vi.spyOn(process, 'emitWarning');
      onTestFinished(() => warn.mockRestore());
      await optimizerOf(1).optimizer.save(path);
      fs.chmodSync(path, 0o640);
      system.log.length = 0;
      system.before = name => {
        if (/^(sync|datasync|chmod|chown) /.test(name)) throw refusals['by the permission model']!();
      };
      system.opened = flag => flags.push(flag);
      onTestFinished(() => {
        system.opened = () => {};
      });
      await optimizerOf(2).optimizer.save(path);
      expect(warn).not.toHaveBeenCalled();
      // The last file that was opened to be written.
      const last = flags.filter(flag => typeof flag === 'number').at(-1) as number;
      expect(last & fs.constants.O_DSYNC).toBe(fs.constants.O_DSYNC);
      expect(last & fs.constants.O_EXCL).toBe(fs.constants.O_EXCL);
      expect(system.log.lastIndexOf('open temporary')).toBeLessThan(system.log.indexOf('write temporary'));
      expect(fs.statSync(path).mode & 0o777).toBe(0o640);
      expect(await valueIn(path)).toBe(2);
      expect(names()).toEqual([basename(path)]);
    },
  );

  it.each([
    ['a moment', 3, undefined],
    ['good', 1000, 'EACCES'],
  ])('waits on Windows for who holds the file up, though not for ever: for %s', async (_, times, code) => {
    const { platform } = process;
    await optimizerOf(1).optimizer.save(path);
    Object.defineProperty(process, 'platform', { value: 'win32' });
    onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }));
    let held = 0;
    system.before = name => {
      if (name === 'rename temporary' && held++ < times)
        throw failure(['EPERM', 'EACCES', 'EBUSY'][held % 3]!);
    };
    pauses.length = 0;
    const saving = optimizerOf(2).optimizer.save(path);
    if (code === undefined) await saving;
    else expect(await refusedBySystem(saving)).toBe(code);
    system.before = () => {};
    expect(pauses).toHaveLength(Math.min(times, 9));
    expect(pauses.reduce((sum, ms) => sum + ms)).toBeLessThan(10_000);
    expect(await valueIn(path)).toBe(code === undefined ? 2 : 1);
    expect(names()).toEqual([basename(path)]);
    // Where nobody holds it up, or for another reason, it does not wait.
    pauses.length = 0;
    system.before = name => {
      if (name === 'rename temporary') throw failure('ENOENT');
    };
    expect(await refusedBySystem(optimizerOf(2).optimizer.save(path))).toBe('ENOENT');
    expect(pauses).toEqual([]);
  });

  it('tells the first error where the temporary file cannot be removed either', async () => {
    await optimizerOf(1).optimizer.save(path);
    system.before = name => {
      if (name === 'sync temporary') throw failure('ENOSPC');
      if (name === 'unlink temporary') throw failure('EBUSY');
    };
    expect(await refusedBySystem(optimizerOf(2).optimizer.save(path))).toBe('ENOSPC');
    expect(await valueIn(path)).toBe(1);
    expect(names()).toHaveLength(2);
  });

  it('goes on where a write was short', async () => {
    const short = async (
      file: fs.promises.FileHandle,
      bytes: Uint8Array,
      at: number,
      n: number,
      to: number,
    ) => file.write(bytes, at, Math.min(n, 1000), to);
    const { open } = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
    const probe = await open(join(folder, 'probe'), 'w');
    const handle = Object.getPrototypeOf(probe) as fs.promises.FileHandle;
    const { write } = handle;
    await probe.close();
    onTestFinished(() => {
      handle.write = write;
    });
    let writes = 0;
    handle.write = function (this: fs.promises.FileHandle, ...all: unknown[]) {
      writes++;
      const [bytes, at, n, to] = all as [Uint8Array, number, number, number];
      return short({ write: write.bind(this) } as fs.promises.FileHandle, bytes, at, n, to);
    } as typeof write;
    await optimizerOf(3).optimizer.save(path);
    expect(writes).toBeGreaterThan(5);
    expect(await valueIn(path)).toBe(3);
  });

  it.skipIf(!hasPrlimit)(
    `keeps the old file where the new one does not fit${hasPrlimit ? '' : ' (skipped: there is no prlimit of Linux)'}`,
    async () => {
      await keepsTheOld(
        async made => {
          // Without somebody who listens, the signal ends the process.
          const deaf = () => {};
          process.on('SIGXFSZ', deaf);
          const limit = (bytes: string) =>
            execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
          limit('1500000');
          try {
            expect(await refusedBySystem(made.optimizer.save(path))).toBe('EFBIG');
          } finally {
            limit('unlimited');
            process.off('SIGXFSZ', deaf);
          }
          await made.optimizer.save(join(folder, 'other'));
          fs.rmSync(join(folder, 'other'));
        },
        optimizerOf(2, 600_000),
      );
    },
  );

  it.skipIf(windows || inThread)('keeps the old file in a folder that may not be written to', async () => {
    await keepsTheOld(async ({ optimizer }) => {
      fs.chmodSync(folder, 0o555);
      // To the administrator every folder is open.
      if (isRoot) process.seteuid!(65_534);
      try {
        expect(await refusedBySystem(optimizer.save(path))).toBe('EACCES');
      } finally {
        if (isRoot) process.seteuid!(0);
      }
    });
  });

  it.skipIf(windows || inThread)('writes into a folder that may not be listed', async () => {
    fs.chmodSync(folder, 0o333);
    if (isRoot) {
      fs.chownSync(folder, 65_534, 65_534);
      process.seteuid!(65_534);
    }
    try {
      await optimizerOf(4).optimizer.save(path);
    } finally {
      if (isRoot) process.seteuid!(0);
    }
    expect(await valueIn(path)).toBe(4);
  });

  it('is refused where the folder is missing, and makes none', async () => {
    const { optimizer } = optimizerOf(1);
    expect(await refusedBySystem(optimizer.save(join(folder, 'no', 'model')))).toBe('ENOENT');
    expect(await refusedBySystem(optimizer.save(`${path}/`))).toBe('ENOENT');
    expect(await refusedBySystem(optimizer.load(path))).toBe('ENOENT');
    expect(names()).toEqual([]);
  });

  it('is refused where the path is no file, and so is a load', async () => {
    const pipe = join(folder, 'pipe');
    if (!windows) execFileSync('mkfifo', [pipe]);
    const { optimizer } = optimizerOf(1);
    const before = names();
    for (const one of [folder, ...(windows ? [] : [pipe, '/dev/null', '/dev/zero'])]) {
      await expect(optimizer.save(one), one).rejects.toThrow(/to be a file, and it is none/);
      expect(await refusedBySystem(optimizer.save(one))).toBe(undefined);
      await expect(optimizer.load(one), one).rejects.toThrow(CheckpointError);
    }
    expect(await refusedBySystem(optimizer.save(join('/dev/null', 'model')))).toBe('ENOTDIR');
    expect(names()).toEqual(before);
    if (!windows) expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.skipIf(windows)('replaces what a link names, and leaves the link', async () => {
    const link = join(folder, 'model-link');
    fs.mkdirSync(join(folder, 'deep'));
    const target = join(folder, 'deep', 'model-1');
    fs.symlinkSync(join('deep', 'model-1'), link);
    for (const value of [5, 6]) {
      // At first there is nothing where the link leads to.
      await optimizerOf(value).optimizer.save(link);
      expect(fs.readlinkSync(link)).toBe(join('deep', 'model-1'));
      expect(fs.lstatSync(target).isFile()).toBe(true);
      expect(await valueIn(target)).toBe(value);
      expect(await valueIn(link)).toBe(value);
    }
    expect(names()).toEqual(['deep', 'model-link']);
    expect(fs.readdirSync(join(folder, 'deep'))).toEqual(['model-1']);
    fs.symlinkSync('loop', join(folder, 'loop'));
    expect(await refusedBySystem(optimizerOf(1).optimizer.save(join(folder, 'loop')))).toBe('ELOOP');
  });

  it.skipIf(windows)('follows a link on the way through ..', async () => {
    fs.mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    fs.symlinkSync(join('a', 'b'), join(folder, 'short'));
    await optimizerOf(7).optimizer.save(`${folder}/short/../model`);
    expect(names()).toEqual(['a', 'short']);
    expect(await valueIn(join(folder, 'a', 'model'))).toBe(7);
  });

  it.skipIf(inThread)('goes where a relative path led when it began', async () => {
    const cwd = process.cwd();
    onTestFinished(() => process.chdir(cwd));
    fs.mkdirSync(join(folder, 'elsewhere'));
    process.chdir(folder);
    const made = optimizerOf(8, 600_000);
    await made.optimizer.save('model.safetensors', {
      onProgress: () => process.chdir(join(folder, 'elsewhere')),
    });
    expect(fs.readdirSync(join(folder, 'elsewhere'))).toEqual([]);
    expect(names()).toEqual(['elsewhere', basename(path)]);
    process.chdir(folder);
    expect(await valueIn('./model.safetensors', 600_000)).toBe(8);
  });

  it('takes a file: URL, and no other', async () => {
    const file = join(folder, 'model 100% ü#?.safetensors');
    await optimizerOf(9).optimizer.save(pathToFileURL(file));
    expect(names()).toEqual([basename(file)]);
    expect(await valueIn(pathToFileURL(file))).toBe(9);
    for (const url of [new URL('http://localhost/model'), new URL('file://elsewhere/model')]) {
      if (windows && url.protocol === 'file:') continue;
      const { optimizer } = optimizerOf(1);
      await expect(optimizer.save(url)).rejects.toThrow(/to be a file: URL/);
      expect(await refusedBySystem(optimizer.load(url))).toMatch(/^ERR_INVALID_(URL_SCHEME|FILE_URL_HOST)$/);
    }
  });

  it.each([
    'model with spaces',
    'modèle-模型-🧠',
    '-model',
    '.model',
    'model.tmp',
    `model${'x'.repeat(250)}`,
    `model${'模'.repeat(83)}`,
  ])('takes the name %s', async name => {
    for (const value of [1, 2]) {
      await optimizerOf(value).optimizer.save(join(folder, name));
      expect(await valueIn(join(folder, name))).toBe(value);
    }
    expect(fs.readdirSync(folder)).toEqual([name]);
  });

  it.each(['', 'a\0b', null, undefined, 1, Buffer.from('model'), {}, { href: 1 }])(
    'refuses %j for a path',
    async wrong => {
      const { optimizer } = optimizerOf(1);
      const message = { code: 'ERR_LANESTEP_OPTION', message: expect.stringMatching(/Expected path to be/) };
      await expect(optimizer.save(wrong as string)).rejects.toThrow(expect.objectContaining(message));
      await expect(optimizer.load(wrong as string)).rejects.toThrow(expect.objectContaining(message));
      expect(system.log).toEqual([]);
    },
  );

  it('ends with what onProgress throws, and keeps the old file', async () => {
    for (const last of [false, true]) {
      fs.rmSync(path, { force: true });
      await keepsTheOld(
        async ({ optimizer, step }) => {
          const stop = new Error('that is enough');
          const onProgress = ({ bytes, total }: { bytes: number; total: number }) => {
            if (!last || bytes === total) throw stop;
          };
          await expect(optimizer.save(path, { onProgress })).rejects.toBe(stop);
          step();
        },
        optimizerOf(2, 600_000),
      );
    }
  });

  it('keeps the old file where a parameter is taken away between two pieces', async () => {
    await keepsTheOld(
      async ({ optimizer, w }) => {
        const onProgress = () => {
          if (w.length > 0) structuredClone(w.buffer, { transfer: [w.buffer as ArrayBuffer] });
        };
        await expect(optimizer.save(path, { onProgress })).rejects.toMatchObject({
          code: 'ERR_LANESTEP_DETACHED',
          message: expect.stringContaining('params.w'),
        });
      },
      optimizerOf(2, 600_000),
    );
  });

  it('is wholly one of many that save to the same path at once', async () => {
    const many = Array.from({ length: 8 }, (_, k) => optimizerOf(k + 1, 200_000));
    for (let round = 0; round < 3; round++) {
      await Promise.all(many.map(({ optimizer }) => optimizer.save(path)));
      expect(many.map((_, k) => k + 1)).toContain(await valueIn(path, 200_000));
      expect(names()).toEqual([basename(path)]);
    }
  });

  it.skipIf(windows || inThread)('makes a file with the rights that umask leaves', async () => {
    const before = process.umask(0o027);
    onTestFinished(() => {
      process.umask(before);
    });
    await optimizerOf(1).optimizer.save(path);
    expect(fs.statSync(path).mode & 0o777).toBe(0o640);
  });

  it('sweeps what was left, and nothing that may still be written', async () => {
    const own = newName(path);
    expect(own.startsWith('.model.safetensors.'), own).toBe(true);
    const hour = 3_600_000;
    const write = (who: string, minutes: number, of = basename(path)): string => {
      const name = `.${of}.${who}.${randomBytes(8).toString('hex')}.tmp`;
      fs.writeFileSync(join(folder, name), '');
      const then = new Date(Date.now() - minutes * 60_000);
      fs.utimesSync(join(folder, name), then, then);
      return name;
    };
    const elsewhere = '0123456789abcdef-17-4711';
    const gone = [write(elsewhere, 61), write('unknown', 61)];
    const kept = [
      write(elsewhere, 59),
      write('unknown', 59),
      write('unknown', 61, 'model'),
      write('unknown', 61, `x${basename(path)}`),
      write('somebody', 61),
      write('', 61),
      write(`${elsewhere}.more`, 61),
    ];
    const here = /\.([0-9a-f]{16})-(\d+)-(\d+)\./.exec(own);
    expect(here !== null).toBe(process.platform === 'linux');
    if (here !== null) {
      const [, space, thread, began] = here;
      const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
      gone.push(write(`${space}-${dead}-${began}`, 0));
      // Its number came again.
      gone.push(write(`${space}-${thread}-${Number(began) - 1}`, 0));
      // Of who lives here the system knows, however long nothing was written.
      kept.push(write(`${space}-${thread}-${began}`, 6000));
    }
    fs.mkdirSync(join(folder, gone[0]!.replace('4711', '4712')));
    kept.push(gone[0]!.replace('4711', '4712'));
    expect(names()).toEqual([...gone, ...kept].sort());
    await optimizerOf(1).optimizer.save(path);
    expect(names()).toEqual([...kept, basename(path)].sort());
    // On a network another machine's clock dates the files.
    await sweep(path, Date.now() - hour);
    expect(names()).toEqual([...kept, basename(path)].sort());
    await sweep(path, Date.now() + hour);
    expect(names()).not.toContain(kept[0]);
  });
});

describe.each(['at once', 'in pieces'])('a load %s', way => {
  const length = 300_000;
  let saved: Made;

  beforeEach(async () => {
    saved = optimizerOf(1, length);
    await saved.optimizer.save(path);
    if (way === 'in pieces') provideFiles({ ...nodeFiles, mostAtOnce: 100 });
    system.log.length = 0;
  });

  const lastPiece = (work: () => void) => ({
    onProgress: ({ bytes, total }: { bytes: number; total: number }) => {
      if (bytes === total) work();
    },
  });

  it('reads the data once, or twice', async () => {
    const reader = optimizerOf(-1, length);
    await reader.optimizer.load(path);
    expect(digest(reader)).toBe(digest(saved));
    const reads = system.log.filter(line => line === 'read file').length;
    if (way === 'at once') expect(reads).toBe(1);
    else expect(reads).toBeGreaterThan(10);
    expect(system.log.at(-1)).toBe('close file');
  });

  it('changes nothing, or refuses everything until another load, whichever operation fails', async () => {
    await optimizerOf(-1, length).optimizer.load(path);
    const operations = [...system.log];
    let [unchanged, spoilt] = [0, 0];
    for (const [failing, operation] of operations.entries()) {
      const reader = optimizerOf(-1, length);
      const before = digest(reader);
      system.log.length = 0;
      system.before = (_, at) => {
        if (at === failing) throw failure('EIO');
      };
      if (operation === 'close file') {
        // All of it was read.
        await reader.optimizer.load(path);
        expect(digest(reader)).toBe(digest(saved));
        continue;
      }
      expect(await refusedBySystem(reader.optimizer.load(path)), operation).toBe('EIO');
      system.before = () => {};
      try {
        expect(digest(reader)).toBe(before);
        unchanged++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_LANESTEP_STATE' });
        spoilt++;
        expect(() => reader.step()).toThrow(/half loaded/);
        await reader.optimizer.load(path);
        expect(digest(reader)).toBe(digest(saved));
      }
    }
    expect(unchanged).toBeGreaterThan(way === 'at once' ? 2 : 7);
    if (way === 'at once') expect(spoilt).toBe(0);
    else expect(spoilt).toBeGreaterThan(4);
  });

  it('is refused typed, whatever an operation throws', async () => {
    for (const operation of ['open file', 'stat file', 'read file']) {
      for (const thrown of [
        new TypeError('no such function'),
        Object.assign(new Error('no'), { code: 'ERR_X' }),
        'no',
      ]) {
        const reader = optimizerOf(-1, length);
        const before = digest(reader);
        system.before = name => {
          if (name === operation) throw thrown;
        };
        await expect(reader.optimizer.load(path)).rejects.toMatchObject({
          code: 'ERR_LANESTEP_FILE',
          cause: thrown,
          message: expect.stringContaining(JSON.stringify(path)),
        });
        system.before = () => {};
        expect(digest(reader)).toBe(before);
      }
    }
  });

  it("names the file that is damaged, or another optimizer's", async () => {
    const reader = optimizerOf(-1, length);
    const fits = optimizerOf(-1, length + 1);
    await expect(fits.optimizer.load(path)).rejects.toMatchObject({
      code: 'ERR_LANESTEP_STATE',
      message: expect.stringContaining(`${JSON.stringify(path)}: Expected `),
    });
    const size = fs.statSync(path).size;
    const file = fs.openSync(path, 'r+');
    fs.writeSync(file, Uint8Array.of(255), 0, 1, size - 1);
    fs.closeSync(file);
    await expect(reader.optimizer.load(path)).rejects.toMatchObject({
      name: 'CheckpointError',
      code: 'ERR_LANESTEP_CHECKPOINT',
      message: expect.stringContaining(`${JSON.stringify(path)}: Expected `),
    });
  });

  it.skipIf(windows)('is whole where the file grows, is replaced or deleted meanwhile', async () => {
    const other = join(folder, 'model-other');
    await optimizerOf(2, length).optimizer.save(other);
    const happenings = [
      () => fs.appendFileSync(path, 'more'),
      () => fs.renameSync(other, path),
      () => fs.rmSync(path),
    ];
    for (const happens of happenings) {
      const reader = optimizerOf(-1, length);
      let first = true;
      await reader.optimizer.load(path, {
        onProgress: () => {
          if (first) happens();
          first = false;
        },
      });
      expect(digest(reader)).toBe(digest(saved));
      if (happens !== happenings[2]) await saved.optimizer.save(path);
    }
    expect(names()).toEqual([]);
  });

  it('changes nothing where the file is cut before it was read', async () => {
    for (const bytes of [0, 5, 100, fs.statSync(path).size - 1]) {
      await saved.optimizer.save(path);
      const reader = optimizerOf(-1, length);
      const before = digest(reader);
      system.before = name => {
        if (name === 'read file') fs.truncateSync(path, bytes);
      };
      await expect(reader.optimizer.load(path)).rejects.toMatchObject({
        code: 'ERR_LANESTEP_CHECKPOINT',
        message: expect.stringContaining('cut while it was read'),
      });
      system.before = () => {};
      expect(digest(reader)).toBe(before);
      reader.step();
    }
  });

  it('changes nothing where onProgress throws', async () => {
    for (const last of [false, true]) {
      const reader = optimizerOf(-1, length);
      const before = digest(reader);
      const stop = new Error('that is enough');
      const onProgress = ({ bytes, total }: { bytes: number; total: number }) => {
        if (!last || bytes === total) throw stop;
      };
      await expect(reader.optimizer.load(path, { onProgress })).rejects.toBe(stop);
      expect(digest(reader)).toBe(before);
    }
  });

  it('changes nothing where a parameter is taken away before all of it was read', async () => {
    const reader = optimizerOf(-1, length);
    const { w } = reader;
    const state = () => JSON.stringify([reader.optimizer.steps, reader.optimizer.numbers]);
    const before = state();
    const work = lastPiece(() => structuredClone(w.buffer, { transfer: [w.buffer as ArrayBuffer] }));
    await expect(reader.optimizer.load(path, work)).rejects.toMatchObject({ code: 'ERR_LANESTEP_DETACHED' });
    expect(state()).toBe(before);
    // The state alone has another place.
    await reader.optimizer.load(path, { params: false });
    const { optimizer } = reader;
    expect(digest({ ...saved, optimizer })).toBe(digest(saved));
  });

  it('changes nothing where a parameter is taken away by what a schedule has put off', async () => {
    const w = new Float32Array(length);
    let turns = -1;
    const take = (): void => {
      if (turns-- > 0) queueMicrotask(take);
      else if (w.length > 0) structuredClone(w.buffer, { transfer: [w.buffer] });
    };
    const lr = () => {
      if (turns >= 0) queueMicrotask(take);
      return 0.5;
    };
    const optimizer = new SGD({ w }, { lr, momentum: 0.9 });
    // After one turn of the queue, or two, or more: there is no gap between the checks and the changes.
    for (turns = 0; w.length > 0; ) {
      const many = turns;
      const outcome = await optimizer.load(path).then(
        () => 'loaded',
        ({ code }: CheckpointError) => code,
      );
      if (way === 'at once') expect(outcome).toBe('loaded');
      else expect(outcome, `after ${many} turns`).toBe('ERR_LANESTEP_DETACHED');
    }
    await optimizer.load(path, { params: false });
    expect(digest({ ...saved, optimizer })).toBe(digest(saved));
  });

  /** A reader at which the file is changed in place after all of it was checked, by a schedule, which is asked last. */
  const changing = (change: (file: number, size: number) => void): Made => {
    let armed = false;
    const reader = optimizerOf(-1, length, () => {
      if (armed) {
        const file = fs.openSync(path, 'r+');
        change(file, fs.fstatSync(file).size);
        fs.closeSync(file);
      }
      armed = false;
      return 0.5;
    });
    armed = true;
    return reader;
  };

  const inPlace: Record<string, (file: number, size: number) => void> = {
    'the last byte': (file, size) => void fs.writeSync(file, Uint8Array.of(255), 0, 1, size - 1),
    'the end': (file, size) => fs.ftruncateSync(file, size - 1),
    'all of it': file => fs.ftruncateSync(file, 0),
  };

  it.each(Object.keys(inPlace))(
    'does not pass off as whole what has lost %s since it was checked',
    async name => {
      const good = join(folder, 'model-good');
      fs.copyFileSync(path, good);
      const reader = changing(inPlace[name]!);
      const { optimizer } = reader;
      const changed = optimizer.load(path);
      if (way === 'at once') {
        await changed;
        expect(digest(reader)).toBe(digest(saved));
        return;
      }
      await expect(changed).rejects.toMatchObject({
        name: 'CheckpointError',
        code: 'ERR_LANESTEP_CHECKPOINT',
      });
      const refused = expect.objectContaining({
        code: 'ERR_LANESTEP_STATE',
        message: expect.stringContaining('half loaded'),
      });
      const state = saved.optimizer.stateDict();
      const everything: (() => unknown)[] = [
        () => reader.step(),
        () => optimizer.stateDict(),
        () => optimizer.loadStateDict(state),
        () => optimizer.serialize(),
        () => optimizer.set({ lr: 1 }),
        () => {
          optimizer.groups[0]!.lr = 1;
        },
        () => optimizer.rebind({ w: new Float32Array(length) }),
      ];
      const everythingElse = [
        () => optimizer.save(path),
        () => optimizer.stepAsync({ w: new Float32Array(length) }),
      ];
      const allAreRefused = async () => {
        for (const work of everything) expect(work, String(work)).toThrow(refused);
        for (const work of everythingElse) await expect(work(), String(work)).rejects.toThrow(refused);
      };
      await allAreRefused();
      // One that fails before it changes anything leaves it as it is.
      await expect(optimizer.load(path)).rejects.toThrow(CheckpointError);
      await expect(optimizer.load(join(folder, 'no'))).rejects.toThrow(CheckpointError);
      expect(() => optimizer.deserialize(new Uint8Array(3))).toThrow(CheckpointError);
      await allAreRefused();
      if (name === 'the end') optimizer.deserialize(fs.readFileSync(good));
      else await optimizer.load(good);
      expect(digest(reader)).toBe(digest(saved));
      reader.step();
      saved.step();
      expect(digest(reader)).toBe(digest(saved));
    },
  );

  it('can be disposed after it failed half way', async () => {
    const { optimizer } = changing(inPlace['all of it']!);
    await optimizer.load(path).catch(() => {});
    optimizer.dispose();
    await expect(optimizer.load(path)).rejects.toMatchObject({ code: 'ERR_LANESTEP_DISPOSED' });
  });
});

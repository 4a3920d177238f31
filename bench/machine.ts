/** What a run of the benchmark runs on. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { backend } from 'lanestep';
import { version } from '#lanestep/cli/package.js';
import type { Machine } from './results.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function output(command: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The data cache of each level, as Linux and macOS tell it. */
function caches(): Machine['caches'] {
  const sizes: Record<string, number> = {};
  if (process.platform === 'darwin') {
    for (const [level, key] of [
      ['1', 'hw.l1dcachesize'],
      ['2', 'hw.l2cachesize'],
      ['3', 'hw.l3cachesize'],
    ] as const) {
      const size = Number(output('sysctl', '-n', key));
      if (size > 0) sizes[level] = size;
    }
  }
  const folder = '/sys/devices/system/cpu/cpu0/cache';
  for (const index of existsSync(folder) ? readdirSync(folder) : []) {
    const [level, kind, size] = ['level', 'type', 'size'].map(name => read(`${folder}/${index}/${name}`));
    const kilobytes = /^(\d+)K$/.exec(size ?? '')?.[1];
    if (level && kind !== 'Instruction' && kilobytes) sizes[level] = Number(kilobytes) * 1024;
  }
  return { l1d: sizes['1'] ?? null, l2: sizes['2'] ?? null, l3: sizes['3'] ?? null };
}

function virtual(): string | null {
  if (!/\bhypervisor\b/.test(read('/proc/cpuinfo') ?? '')) return null;
  return read('/sys/class/dmi/id/sys_vendor') || 'yes';
}

function commit(): string | null {
  if (!existsSync(`${root}.git`)) return null;
  const head = output('git', 'rev-parse', '--short', 'HEAD');
  return head === null ? null : `${head}${output('git', 'status', '--porcelain') === '' ? '' : '+'}`;
}

/** Looked at once, before anything is timed. */
export function machine(): Machine {
  const { name, instructionSet, threads } = backend();
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    caches: caches(),
    memory: totalmem(),
    os: `${type()} ${release()} ${process.arch}`,
    virtual: virtual(),
    node: process.version,
    v8: process.versions.v8,
    lanestep: version(),
    commit: commit(),
    backend: name,
    instructionSet,
    threads,
    load: [one, five, fifteen],
  };
}

// The machine and the runtime, as far as they decide what lanestep runs on.
import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import { version } from '../package.js';

/** Where lanestep runs. */
export interface Machine {
  readonly lanestep: string;
  readonly node: string;
  readonly v8: string;
  readonly napi: string;
  readonly platform: string;
  readonly release: string;
  readonly arch: string;
  /** `glibc 2.36` or `musl`; null on other systems. */
  readonly libc: string | null;
  readonly cpu: string;
  readonly processors: number;
  /** How many of them this process may use. */
  readonly usable: number;
}

/** What cannot be found out is said to be unknown: a report with a gap is better than none. */
export function tried<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

/** The C library. The report that says so asks for the names of all connections' hosts unless told not to. */
export function libc(): string | null {
  if (process.platform !== 'linux') return null;
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const { excludeNetwork } = report;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : 'musl';
  } finally {
    if (excludeNetwork !== undefined) report.excludeNetwork = excludeNetwork;
  }
}

/** Looks at the machine. */
export function machine(): Machine {
  const processors = tried(cpus, []);
  return {
    lanestep: tried(version, 'unknown'),
    node: process.versions.node,
    v8: process.versions.v8,
    napi: process.versions.napi ?? 'unknown',
    platform: platform(),
    release: tried(release, 'unknown'),
    arch: arch(),
    libc: tried(libc, 'unknown'),
    cpu: processors[0]?.model.trim() || 'unknown',
    processors: processors.length,
    usable: tried(availableParallelism, 1),
  };
}

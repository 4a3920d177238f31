// Loads the addon and runs its kernels in a process of its own (trial.ts), which may end as it likes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { home } from '../package.js';

/** What became of the trial. */
export interface Probed {
  /** Why the addon cannot be loaded; null where it can, or where no trial may be started. */
  readonly reason: string | null;
  /** Whether loading it ends the process. */
  readonly fatal: boolean;
  /** How instruction sets end the process, by name. */
  readonly deadly: Readonly<Record<string, string>>;
}

/** A line of the trial: `avx512 adam.amsgrad float32`, written before that is run. */
const begun = /^(\w+) (\S+ \S+)$/;

interface Trial {
  /** How it was ended; null where it came to its own end. */
  readonly ended: string | null;
  /** The last line that it wrote. */
  readonly last: string;
}

function trial(leftOut: readonly string[]): Trial {
  const script = join(home, 'dist/cli/doctor/trial.js');
  const args = [...process.execArgv, script, ...leftOut];
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const last = stdout?.trim().split('\n').at(-1) ?? '';
  if (status === 0) return { ended: null, last };
  const said = stderr?.trim().split('\n').at(-1) ?? '';
  return { ended: signal ?? error?.message ?? `exit code ${status}${said && `, ${said}`}`, last };
}

/** Null where no process may be started, as under the permission model. */
function trialOrNull(leftOut: readonly string[]): Trial | null {
  try {
    return trial(leftOut);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED') return null;
    throw error;
  }
}

/** Tries the addon, and every instruction set that this processor has. */
export function probe(): Probed {
  const deadly: Record<string, string> = {};
  for (;;) {
    const found = trialOrNull(Object.keys(deadly));
    if (found === null || found.ended === null) {
      const reason = /^reason (.*)$/.exec(found?.last ?? '')?.[1];
      return { reason: reason === undefined ? null : JSON.parse(reason), fatal: false, deadly };
    }
    const [, set, what] = begun.exec(found.last) ?? [];
    if (set === undefined || set in deadly) {
      return { reason: `loading the native addon ends the process (${found.ended})`, fatal: true, deadly };
    }
    deadly[set] = `${what} ends the process (${found.ended})`;
  }
}

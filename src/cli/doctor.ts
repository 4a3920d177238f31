// `lanestep doctor`: what lanestep runs on here, and whether its results are right. It reports what is broken, and breaks
// on nothing.
import { backend as infoOf, pick } from '../backend.js';
import type { Backend } from '../backends/backend.js';
import { everyKernel } from '../backends/every-kernel.js';
import { NativeBackend } from '../backends/native.js';
import { WasmBackend } from '../backends/wasm.js';
import { wantedBackend } from '../environment.js';
import type { BackendError } from '../errors.js';
// Makes the native backend known, as it does for users.
import '../index.js';
import { exit, flagsOf, type Output } from './command.js';
import { bandwidths } from './doctor/bandwidth.js';
import { flags } from './doctor/flags.js';
import { machine } from './doctor/machine.js';
import { findNative, type Native } from './doctor/native.js';
import type { Probed } from './doctor/probe.js';
import { remedies } from './doctor/remedies.js';
import type { Report, Used, Wasm } from './doctor/report.js';
import { selfTest } from './doctor/self-test.js';
import { type Subject, subjectsOf } from './doctor/subjects.js';
import { text } from './doctor/text.js';
import { variables } from './doctor/variables.js';

const help = `Usage: lanestep doctor [--json]

Shows what lanestep runs on here, runs every kernel on every backend, instruction set and one and two threads, compares
the results with the reference, and says what to do.

  --json    the report as JSON

Exit codes: 0 fine (or WebAssembly where native could be), 1 a result is wrong or an optimizer cannot run.
`;

function findWasm(): { wasm: Wasm; backend: Backend | null } {
  try {
    const backend = new WasmBackend(everyKernel);
    return { wasm: { loaded: true, instructionSet: backend.instructionSet, reason: null }, backend };
  } catch (error) {
    return {
      wasm: { loaded: false, instructionSet: null, reason: (error as Error).message },
      backend: null,
    };
  }
}

/** What an optimizer runs on, found without the warning that it gives, and without loading what is not safe to load. */
function findUsed({ loaded, reason, fatal }: Native): Used {
  try {
    const wanted = wantedBackend();
    if (loaded || wanted === 'wasm') return infoOf();
    if (fatal) return { error: reason! };
    try {
      return infoOf('native');
    } catch (error) {
      // What is asked for by name gives way to nothing.
      if (wanted === 'native' || (error as BackendError).code === 'ERR_LANESTEP_ENVIRONMENT') throw error;
      return { ...infoOf('wasm'), reason: reason! };
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function measure(used: Used): Report['bandwidth'] {
  if ('error' in used) return 'no backend runs';
  try {
    const backend = pick(used.name);
    // Threads that the self-test set stay set; from here on they are the user's.
    return bandwidths(backend, [...new Set([1, used.threads])], threads => {
      if (backend instanceof NativeBackend) backend.setThreads(threads);
    });
  } catch (error) {
    return (error as Error).message;
  }
}

function verdictOf({
  selfTest: { failures, agree },
  native,
  used,
}: Omit<Report, 'verdict'>): Report['verdict'] {
  if (failures.length > 0 || !agree || Object.keys(native.deadly).length > 0) return 'wrong';
  return 'error' in used ? 'none' : used.name;
}

/** What is put in place of what there is here, so that the doctor can be tested. */
export interface Instead {
  readonly subjects?: readonly Subject[];
  readonly probed?: () => Probed;
}

/** Everything that there is to know. */
export function examine(instead: Instead = {}): Report {
  const { native, addon } = findNative(instead.probed);
  const { wasm, backend } = findWasm();
  const here = machine();
  const used = findUsed(native);
  const found = {
    schema: 1,
    machine: here,
    native,
    wasm,
    used,
    flags: flags(),
    variables: variables(native, here),
    selfTest: selfTest(instead.subjects ?? subjectsOf(backend, addon, Object.keys(native.deadly))),
  } as const;
  const report = { ...found, bandwidth: measure(used), remedies: remedies(found) };
  return { ...report, verdict: verdictOf(report) };
}

/** The command. */
export async function doctor(
  argv: readonly string[],
  { out }: Output,
  instead: Instead = {},
): Promise<number> {
  const { json, help: helpWanted } = flagsOf('doctor', argv, ['json']);
  if (helpWanted) {
    out(help);
    return exit.fine;
  }
  const report = examine(instead);
  out(json ? `${JSON.stringify(report, null, 2)}\n` : text(report));
  return report.verdict === 'native' || report.verdict === 'wasm' ? exit.fine : exit.wrong;
}

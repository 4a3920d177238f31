/** The native backend as the variables of the environment want it: opened once, or once it is known why not. */
import { provideFound, type ThreadedBackend } from '../backend.js';
import { wantedOfAll, warn } from '../environment.js';
import { BackendError } from '../errors.js';

type Opener = (instructionSet: string | undefined) => ThreadedBackend;

function found(open: Opener): ThreadedBackend | BackendError {
  const { instructionSet, threads } = wantedOfAll();
  try {
    const native = open(instructionSet);
    if (threads !== undefined) native.setThreads(threads);
    return native;
  } catch (error) {
    // What the user asked for by name must not turn into something else.
    if (instructionSet !== undefined) {
      throw new BackendError('ERR_LANESTEP_ENVIRONMENT', `LANESTEP_ISA: ${(error as Error).message}`, {
        cause: error,
      });
    }
    if (error instanceof BackendError) return error;
    throw error;
  }
}

let warned = false;

/** Makes it known. */
export function provideNative(open: Opener): void {
  let native: ThreadedBackend | BackendError | null = null;
  provideFound({
    found() {
      native ??= found(open);
      return native;
    },
    missed({ message }) {
      if (!warned) warn(`running on WebAssembly: ${message}`);
      warned = true;
    },
  });
}

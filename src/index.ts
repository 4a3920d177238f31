/** lanestep for Node: everything, on the native backend where it loads. */
import { provideNative } from './backend.js';
import { loadAddon, NativeBackend } from './backends/native.js';
import { nodePinning } from './node/pinning.js';
import { providePinning } from './pins.js';

export * from './wasm.js';

providePinning(nodePinning);
provideNative(instructionSet => new NativeBackend(loadAddon(), instructionSet));

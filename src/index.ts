/** lanestep for Node: everything, on the native backend where it loads. */
import { provideNative } from './backend.js';
import { loadAddon, NativeBackend } from './backends/native.js';

export * from './wasm.js';

provideNative(instructionSet => new NativeBackend(loadAddon(), instructionSet));

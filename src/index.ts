/** lanestep for Node: everything, on the native backend where it loads. */
import { provideNative } from './backend.js';
import { loadAddon, NativeBackend } from './backends/native.js';
import { provideNode } from './node/provide.js';

export * from './wasm.js';

provideNode();
provideNative(instructionSet => new NativeBackend(loadAddon(), instructionSet));

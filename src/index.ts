/** lanestep for Node: everything, on the native backend where it loads. */
import './node/version.js';

import { NativeBackend } from './backends/native.js';
import { loadAddon } from './node/addon.js';
import { provideNative } from './node/native.js';
import { provideNode } from './node/provide.js';

export * from './wasm.js';

provideNode();
provideNative(instructionSet => new NativeBackend(loadAddon(), instructionSet));

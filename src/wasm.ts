/** lanestep without anything native: the entry for browsers, Deno, Bun and workers, and `lanestep/wasm`. */
import './keeper.js';

export {
  readSafetensors,
  type Safetensors,
  type SafetensorsArray,
  type SafetensorsData,
} from './checkpoint/safetensors.js';
export * from './lean.js';
export {
  deserializeAll,
  type LoadAllReport,
  loadAll,
  type Remembering,
  saveAll,
  serializeAll,
  type Together,
} from './together.js';

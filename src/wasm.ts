/** lanestep without anything native: the entry for browsers, Deno, Bun and workers, and `lanestep/wasm`. */
// First in a bundle: in the midst of the code they would keep gzip from finding what is alike before and behind them.
import './kernels.generated.js';
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

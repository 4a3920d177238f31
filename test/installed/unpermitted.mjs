// Without any permission of Deno's: WebAssembly, one warning, and files that are refused in the package's own words.
import { Adam, backend } from 'lanestep';

const p = Float32Array.of(1);
const optimizer = new Adam([p]);
optimizer.step([Float32Array.of(1)]);
if (backend().name !== 'wasm' || Math.abs(p[0] - 0.999) > 1e-6) throw new Error(`${backend().name} ${p[0]}`);
await optimizer.save('run.safetensors').then(
  () => {
    throw new Error('saved without permission');
  },
  error => {
    if (error.code !== 'ERR_LANESTEP_FILE') throw error;
  },
);

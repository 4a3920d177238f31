// dist/cjs: the compiled package once more, for what can only `require` CommonJS and does not look for `module-sync`, as Node
// since 20.19 and bundlers do: jest before Node 24.9 above all. Those who know better never see it (`exports` in package.json),
// so that no program has two copies of an optimizer's class.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entries = {
  index: 'index',
  wasm: 'wasm',
  lean: 'lean',
  'node-wasm': 'node/wasm',
  tfjs: 'tfjs/index',
  'tfjs-wasm': 'tfjs/wasm',
};

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    minify: false,
    target: 'es2022',
    // As deep as the folders of dist, since the addon is looked for from there.
    outDir: join(root, 'dist/cjs'),
    emptyOutDir: true,
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries(entries).map(([name, file]) => [name, join(root, `dist/${file}.js`)]),
      ),
      external: [/^node:/, /^@tensorflow\//],
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs', comments: false },
    },
  },
});

// The types are those of the modules, which in Node they are, although TypeScript before `module: node20` does not know it.
const types = file => `// @ts-ignore\nexport * from '../${file}.js';\n`;
for (const [name, file] of Object.entries(entries))
  writeFileSync(join(root, `dist/cjs/${name}.d.cts`), types(file));

// The kernels as the package carries them: of each of the two modules that assembly/ is compiled to, a part for each file of
// assembly/rules, so that a bundle has the kernels of its optimizers and no others. What every step may need stands in a part of its
// own: the stages and the norm; so do products of matrices. A part is what is left when the other parts' exports are taken away, so
// its code is the same.
import { createRequire } from 'node:module';

// The one that AssemblyScript brings.
const require = createRequire(createRequire(import.meta.url).resolve('assemblyscript/package.json'));

const ofStages = ['scale', 'decay', 'shrink', 'norm'];
const ofProducts = ['product', 'combine'];

// An export has a name of letters: `tfjs$rmsprop_centered` is the kernel `tfjs-rmsprop.centered`, of the file tfjs-rmsprop.ts.
const kernelName = name => name.replaceAll('_', '.').replaceAll('$', '-');
const partOf = name =>
  ofStages.includes(name)
    ? 'stages'
    : ofProducts.includes(name)
      ? 'products'
      : name.split('_')[0].replaceAll('$', '-');
const camel = name => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

/** The parts of a compiled module: of each the name of its constant, the kernels, and the bytes. */
export async function partsOf(bytes) {
  const { default: binaryen } = await import(require.resolve('binaryen'));
  const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
  return [...new Set(names.map(partOf))].sort().map(part => {
    const module = binaryen.readBinary(bytes);
    for (const name of names) if (partOf(name) !== part) module.removeExport(name);
    module.setFeatures(binaryen.Features.All);
    module.runPasses(['remove-unused-module-elements']);
    const own = module.emitBinary();
    module.dispose();
    const constant = `${camel(part)}Kernels`;
    return { constant, kernels: names.filter(name => partOf(name) === part).map(kernelName), bytes: own };
  });
}

/** The text of src/kernels.generated.ts. */
export async function generated({ float32, float64 }) {
  const [singles, doubles] = [await partsOf(float32), await partsOf(float64)];
  const base64 = bytes => Buffer.from(bytes).toString('base64');
  const constants = singles.map(({ constant, kernels, bytes }, i) => {
    const names = kernels.map(name => `'${name}'`).join(', ');
    return [
      `export const ${constant}: readonly KernelModules[] = [`,
      '  {',
      `    names: [${names}],`,
      `    float32: '${base64(bytes)}',`,
      `    float64: '${base64(doubles[i].bytes)}',`,
      '  },',
      '];',
    ].join('\n');
  });
  const head = [
    '// The kernels in base64, a constant for each file of assembly/rules; made by scripts/prepare.mjs.',
    "import type { KernelModules } from './rule.js';",
  ];
  return [...head, ...constants, ''].join('\n');
}

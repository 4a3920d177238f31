// The kernels as the package carries them: of each of the two modules that assembly/ is compiled to, a part for each file of
// assembly/rules, so that a bundle has the kernels of its optimizers and no others. What every optimizer may need stands in one part, since
// each has a head of its own: the stages, the norm, the switches; so do products of matrices. A part is what is left when the other parts'
// exports are taken away, so its code is the same.
import { createRequire } from 'node:module';

// The one that AssemblyScript brings.
const require = createRequire(createRequire(import.meta.url).resolve('assemblyscript/package.json'));

// By the first word of a kernel's name.
const partsOfSeveral = {
  common: [
    ...['scale', 'decay', 'shrink', 'norm'],
    ...['agc', 'cautious', 'cautious-decay', 'centralize', 'origin', 'orthograd', 'update-clip'],
  ],
  products: ['product', 'combine'],
};

// An export has a name of letters: `tfjs$rmsprop_centered` is the kernel `tfjs-rmsprop.centered`, of the file tfjs-rmsprop.ts.
const kernelName = name => name.replaceAll('_', '.').replaceAll('$', '-');
function partOf(name) {
  const [word] = kernelName(name).split('.');
  return Object.keys(partsOfSeveral).find(part => partsOfSeveral[part].includes(word)) ?? word;
}
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
  // Not in base64: what stands in the code twice stands in the text twice, so gzip makes three quarters of it.
  const hex = bytes => Buffer.from(bytes).toString('hex');
  const constants = singles.map(({ constant, kernels, bytes }, i) => {
    const names = kernels.map(name => `'${name}'`).join(', ');
    return [
      `export const ${constant}: readonly KernelModules[] = [`,
      '  {',
      `    names: [${names}],`,
      `    float32: '${hex(bytes)}',`,
      `    float64: '${hex(doubles[i].bytes)}',`,
      '  },',
      '];',
    ].join('\n');
  });
  const head = [
    '// The kernels in hexadecimal, a constant for each file of assembly/rules; made by scripts/prepare.mjs.',
    "import type { KernelModules } from './rule.js';",
  ];
  return [...head, ...constants, ''].join('\n');
}

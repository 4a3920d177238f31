// The backends in TypeScript, and what picks them.

const agreement = ['test/agreement.test.ts'];
const of = kernel => [...agreement, '-t', `'${kernel} `];
const sums = [...agreement, '-t', 'passes with sums'];
const rebind = ['test/rebind.test.ts', '-t', 'wasm'];
const optimizer = title => ['test/optimizer.test.ts', '-t', title];
const loader = ['test/loader.test.ts'];
const wasm = file => `src/backends/wasm/${file}.ts`;
const native = 'src/backends/native.ts';
const addon = 'src/node/addon.ts';
const pick = 'src/backend.ts';
const opened = 'src/node/native.ts';
const environment = 'src/environment.ts';

export const mutants = [
  ['wasm: read where it is moved to', wasm('kernel'), 'sourceChunks?.[c] ?? ', '', rebind],
  ['wasm: read elsewhere for good', wasm('kernel'), 'tensor.arrive();', '', rebind],
  ['wasm: the parameter is not moved', wasm('tensor'), 'this.chunks[c]!.p = view;', 'void view;', rebind],
  [
    'wasm: the third slot for the second',
    wasm('sums'),
    'run(n, c, p, g, at[0]!, at[1]!, at[2]!,',
    'run(n, c, p, g, at[0]!, at[2]!, at[1]!,',
    of('adam.amsgrad'),
  ],
  [
    'wasm: coefficients without the last',
    wasm('kernel'),
    'for (let k = 0; k < row.length; k++) memory',
    'for (let k = 0; k < row.length - 1; k++) memory',
    of('radam'),
  ],
  [
    'wasm: what a pass reads has moved',
    wasm('kernel'),
    'if (variant.writes & letter.p) tensor',
    'tensor',
    ['test/kernel.test.ts'],
  ],
  [
    'wasm: what is missing counts',
    wasm('sums'),
    'const left = count % (vectorBytes / size);',
    'const left = 0;',
    sums,
  ],
  ['wasm: a block is added to the next', wasm('sums'), 'this.#lanes.fill(0);', '', sums],
  [
    'wasm: lanes folded with their neighbours',
    wasm('sums'),
    'values[l + half]!',
    'values[at + (((l - at) * 2 + 1) % (2 * half))]!',
    sums,
  ],
  ['wasm: no scale', wasm('kernel'), 'if (scales) kernels', 'if (false) kernels', of('adagrad')],
  ['wasm: no decay', wasm('kernel'), 'if (decays) kernels', 'if (false) kernels', of('adagrad')],
  ['wasm: no shrink', wasm('kernel'), 'if (shrinks) kernels', 'if (false) kernels', of('nadam')],
  ['wasm: decay of nothing is added', wasm('kernel'), 'rows[begin + row.rate] !== 0', 'true', of('sgd')],
  [
    'wasm: decay before scale',
    wasm('kernel'),
    `      if (scales) kernels.scale(n, coefficients + row.factor * size, p, g);
      if (decays) kernels.decay(n, coefficients + row.rate * size, p, g);`,
    `      if (decays) kernels.decay(n, coefficients + row.rate * size, p, g);
      if (scales) kernels.scale(n, coefficients + row.factor * size, p, g);`,
    of('adagrad'),
  ],
  [
    'wasm: shrink before decay',
    wasm('kernel'),
    `      if (decays) kernels.decay(n, coefficients + row.rate * size, p, g);
      if (shrinks) kernels.shrink(n, coefficients + row.keep * size, p, g);`,
    `      if (shrinks) kernels.shrink(n, coefficients + row.keep * size, p, g);
      if (decays) kernels.decay(n, coefficients + row.rate * size, p, g);`,
    [...agreement, '-t', 'with every number of the stages'],
  ],
  [
    'wasm: all but the last chunk',
    wasm('kernel'),
    'for (let c = 0; c < chunks.length; c++)',
    'for (let c = 0; c < Math.max(1, chunks.length - 1); c++)',
    ['test/kernel.test.ts'],
  ],
  [
    'wasm: chunks overlap',
    wasm('tensor'),
    'from < this.length; from += tile',
    'from < this.length; from += tile - 1',
    ['test/kernel.test.ts'],
  ],
  [
    'wasm: nothing sits out',
    wasm('kernel'),
    'rowIndex !== skipped && tensor.gradient !== null',
    'tensor.gradient !== null',
    ['test/kernel.test.ts'],
  ],
  [
    'wasm: a gradient that was never bound',
    wasm('kernel'),
    'rowIndex !== skipped && tensor.gradient !== null',
    'rowIndex !== skipped',
    ['test/kernel.test.ts'],
  ],
  [
    'wasm: gradients are bound once',
    wasm('tensor'),
    'if (gradient === this.gradient) return;',
    'if (this.gradient !== null) return;',
    optimizer('wasm takes gradients'),
  ],
  [
    "wasm: anyone's kernels",
    wasm('exports'),
    'if (lanes[g / size] !== 6) throw',
    'if (false) throw',
    ['test/stand-ins.test.ts'],
  ],
  [
    'wasm: kernels with an export missing',
    wasm('exports'),
    "if (typeof exports[exportName(name)] !== 'function')",
    'if (false)',
    ['test/stand-ins.test.ts'],
  ],
  [
    'wasm: names of kernels without their flags',
    wasm('exports'),
    "name.replaceAll('.', '_').replaceAll('-', '$')",
    "name.replaceAll('-', '$')",
    [...agreement, '-t', 'covers'],
  ],
  [
    'wasm: a slot of the tensor before',
    wasm('kernel'),
    'kept.subarray(i * maxSlots, (i + 1) * maxSlots)',
    'kept.subarray(0, maxSlots)',
    ['test/kernel.test.ts'],
  ],

  ['addon: of another version', addon, 'addon?.rowLength === row.length && ', '', ['test/stand-ins.test.ts']],
  ['addon: of other slots', addon, ' && addon.maxSlots === maxSlots', '', ['test/stand-ins.test.ts']],
  [
    'addon: the first that is there is the only one',
    addon,
    'for (const path of paths.filter(existsSync)) {',
    'for (const path of paths.filter(existsSync).slice(0, 1)) {',
    ['test/stand-ins.test.ts'],
  ],
  [
    'addon: the reasons of those before are forgotten',
    addon,
    '      passedOver.push((cause as Error).message);\n',
    '',
    ['test/stand-ins.test.ts'],
  ],
  [
    'addon: that does not load',
    addon,
    '    } catch (cause) {\n      causes',
    '    } catch (cause) {\n      if (cause) throw cause;\n      causes',
    [...loader, '-t', 'where none loads'],
  ],
  [
    'addon: a report is asked for',
    addon,
    "  if (typeof __webpack_require__ === 'function') return null;\n",
    '  process.report.getReport();\n',
    [...loader, '-t', 'asks for no report'],
  ],
  ['native: an unknown instruction set', native, 'if (!set?.supported) {', 'if (false) {', loader],
  [
    'native: the worst instruction set',
    native,
    'instructionSet === undefined ? set.supported : set.name',
    "instructionSet === undefined ? set.name === 'sse2' : set.name",
    ['test/addon.test.ts'],
  ],
  [
    'native: no memory is a refusal',
    native,
    '/memory|bad_alloc/i.test(message)',
    'false',
    ['test/stand-ins.test.ts'],
  ],

  ['pick: wasm first', pick, "if (wanted !== 'wasm') {", "if (wanted === 'native') {", loader],
  [
    'pick: any choice',
    pick,
    "if (choice !== 'auto' && choice !== 'native' && choice !== 'wasm') {",
    'if (false) {',
    ['test/bad-input/catalogue.test.ts', '-t', 'wasm construction, settings'],
  ],
  [
    'pick: the environment goes before the option',
    environment,
    "  if (choice !== 'auto') return choice;\n",
    '',
    loader,
  ],
  [
    'pick: native that was asked for becomes wasm',
    pick,
    "if (wanted === 'native') throw",
    'if (false) throw',
    loader,
  ],
  [
    'pick: lanestep/wasm takes native',
    pick,
    "if (wantedBy(choice) !== 'native') return 'wasm';",
    "return 'wasm';",
    ['test/entries.test.ts'],
  ],
  [
    'pick: a class of lanestep/wasm is like any other',
    pick,
    'wasmOnly in Class ? chooseWasm(choice) : choice',
    'choice',
    ['test/entries.test.ts'],
  ],
  [
    'pick: LANESTEP_ISA with wasm',
    environment,
    "if (backend === 'wasm' && instructionSet !== undefined) {",
    'if (false) {',
    loader,
  ],
  [
    'pick: LANESTEP_ISA that cannot be had',
    opened,
    '    if (instructionSet !== undefined) {',
    'if (false) {',
    loader,
  ],
  [
    'pick: LANESTEP_ISA is not passed on',
    opened,
    'const native = open(instructionSet);',
    'const native = open(undefined);',
    loader,
  ],
  [
    'pick: LANESTEP_NUM_THREADS is not passed on',
    opened,
    '    if (threads !== undefined) native.setThreads(threads);\n',
    '',
    loader,
  ],
  ['pick: warns each time', opened, '      warned = true;\n', '', loader],
  ['pick: warns of nothing', opened, 'if (!warned) warn', 'if (false) warn', loader],
  [
    'pick: 257 threads',
    pick,
    'threads > 256) {',
    'threads > 257) {',
    ['test/bad-input/catalogue.test.ts', '-t', 'wasm threads'],
  ],
  [
    'pick: no threads',
    pick,
    'threads < 1 ||',
    'threads < 0 ||',
    ['test/bad-input/catalogue.test.ts', '-t', 'wasm threads'],
  ],
  [
    'pick: the wrong reason',
    pick,
    "wantedHere(choice) === 'wasm'\n",
    "wantedHere(choice) !== 'wasm'\n",
    loader,
  ],

  ['environment: an empty variable is set', environment, '?.[name] || undefined', '?.[name]', loader],
  [
    'environment: a variable that may not be read',
    environment,
    '  } catch {\n    return undefined;',
    '  } catch (error) {\n    throw error;',
    ['test/stand-ins.test.ts'],
  ],
  [
    'environment: any backend',
    environment,
    "return refuse('LANESTEP_BACKEND', 'auto, native or wasm', value);",
    "return 'auto';",
    loader,
  ],
  [
    'environment: 257 threads',
    environment,
    'threads >= 1 && threads <= 256',
    'threads >= 1 && threads <= 257',
    loader,
  ],
  [
    'environment: no threads',
    environment,
    'threads >= 1 && threads <= 256',
    'threads >= 0 && threads <= 256',
    loader,
  ],
  [
    'environment: threads as a power',
    environment,
    '/^\\d{1,3}$/.test(value) ? Number(value) : 0',
    'Number(value)',
    loader,
  ],
  ['environment: nobody is told', environment, 'surroundings().emitWarning?.(', 'void (', loader],
];

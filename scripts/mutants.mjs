// Breaks the code in known ways, one at a time, in a copy of the tree, and shows that tests fail: a test that was not
// seen to fail proves nothing. `node scripts/mutants.mjs [part of a name]`; takes minutes, for each native mutant is built.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const agreement = ['test/agreement.test.ts'];
const adam = ['test/rules/adam.test.ts'];
const doctor = ['test/cli/self-test.test.ts'];
const rebind = ['test/rebind.test.ts'];

/** [name, file, what stands there, what is put there, the tests that must fail] */
const mutants = [
  [
    'no-op optimizer',
    'src/optimizer.ts',
    '    this.kernel.run();\n    this.#moves.arrive(this.incoming);\n    this.#clocks',
    '    this.#moves.arrive(this.incoming);\n    this.#clocks',
    adam,
  ],
  ['wrong sign', 'src/rules/adam.ts', '(lr * root2) / correction1', '-(lr * root2) / correction1', adam],
  ['wrong sign of maximize', 'src/stages.ts', 'maximize ? -gradientScale', 'maximize ? gradientScale', adam],
  [
    'swapped betas',
    'src/rules/adam.ts',
    'return [beta1, 1 - beta1, beta2, 1 - beta2,',
    'return [beta2, 1 - beta2, beta1, 1 - beta1,',
    adam,
  ],
  ['bias correction of t - 1', 'src/rules/adam.ts', '1 - power(beta2, t)', '1 - power(beta2, t - 1)', adam],
  ['bias correction of t + 1', 'src/rules/adam.ts', '1 - power(beta1, t)', '1 - power(beta1, t + 1)', adam],
  [
    'coupled for decoupled decay',
    'src/rules/adamw.ts',
    'decoupled: true',
    'decoupled: false',
    ['test/rules/adamw.test.ts'],
  ],
  [
    'dampening at the first step',
    'src/rules/sgd.ts',
    't === 1 || momentum === 0',
    'momentum === 0',
    ['test/rules/sgd.test.ts'],
  ],
  ['wasm: no-op rule', 'assembly/rules/adam.ts', 'put(pAt + i, p);', '', agreement],
  ['wasm: swapped maximum', 'assembly/vec.ts', 'v128.pmax<Lane>(b, a)', 'v128.pmax<Lane>(a, b)', agreement],
  [
    'wasm: last vector skipped',
    'src/backends/wasm.ts',
    'Math.ceil(bytes / vectorBytes)',
    'Math.floor(bytes / vectorBytes)',
    agreement,
  ],
  ['native: no-op rule', 'native/isa/loop.h', '  p.store(at.p + i, count...);\n  for', '  for', agreement],
  ['native: wrong sign', 'native/rules/adam.h', 'p = sub(p,', 'p = add(p,', agreement],
  [
    'native: swapped betas',
    'native/rules/adam.h',
    'V beta1, beta1Rest, beta2, beta2Rest',
    'V beta2, beta2Rest, beta1, beta1Rest',
    agreement,
  ],
  [
    'native: masked tail skipped',
    'native/isa/loop.h',
    'if (i < n) update(rule, at, i, n - i);',
    '',
    agreement,
  ],
  [
    'native: scalar tail skipped',
    'native/isa/loop.h',
    'for (; i < n; i++) update(narrow, rest, i);',
    '',
    agreement,
  ],
  ['native: lead-in skipped', 'native/isa/loop.h', 'if (lead) update(rule, at, 0, lead);', '', agreement],
  [
    'native: last claim cut short',
    'native/update.cc',
    'last ? n : begin + claimLength',
    'last ? n - 1 : begin + claimLength',
    agreement,
  ],
  [
    'native: FMA switched on',
    'binding.gyp',
    '"-ffp-contract=off"',
    '"-ffp-contract=fast", "-mfma"',
    agreement,
  ],
  [
    'doctor: overlooks a wrong element',
    'src/cli/doctor/self-test.ts',
    'if (!Object.is(a[i], b[i]))',
    'if (i === -1)',
    doctor,
  ],
  [
    'doctor: forgives a wrong result',
    'src/cli/doctor.ts',
    'if (failures.length > 0 || !agree',
    'if (!agree',
    doctor,
  ],
  [
    'tfjs: powers of the betas in double',
    'src/rules/tfjs-adam.ts',
    'fround(acc_beta2! * fround(betas[1]))',
    'acc_beta2! * betas[1]',
    ['test/rules/tfjs-adam.test.ts'],
  ],
  [
    'tfjs: lockstep ignored',
    'src/rules/tfjs-adam.ts',
    '  lockstep: true,\n',
    '',
    ['test/rules/tfjs-adam.test.ts'],
  ],
  [
    'native: tfjs, the average of this step in Adadelta',
    'native/rules/tfjs-adadelta.h',
    'sqrt(add(s, epsilon))',
    'sqrt(add(add(mul(s, rho), mul(mul(g, g), rhoRest)), epsilon))',
    ['test/rules/tfjs-adadelta.test.ts'],
  ],
  [
    'native: tfjs, epsilon of centered RMSprop added',
    'native/rules/tfjs-rmsprop.h',
    'sub(s, add(mul(a, a), epsilon))',
    'add(sub(s, mul(a, a)), epsilon)',
    ['test/rules/tfjs-rmsprop.test.ts'],
  ],
  ['wasm: read where it is moved to', 'src/backends/wasm.ts', 'tensor.sourceChunks?.[c] ?? ', '', rebind],
  [
    'native: read elsewhere for good',
    'native/update.cc',
    'if (takesPart(i)) tensors[i].from = nullptr;',
    '',
    rebind,
  ],
  [
    'moved to memory that another has',
    'src/params.ts',
    'territory.claim(arrays[i]!, parameter.dtype, shown);',
    '',
    rebind,
  ],
  [
    'moved, and known as a gradient still',
    'src/optimizer.ts',
    'looked at anew.\n      this.#bound.fill(null);',
    'looked at anew.',
    rebind,
  ],
  ['doctor: digests nothing', 'src/cli/doctor/self-test.ts', 'digest(hashes[i]!, results);', '', doctor],
  ['native: fast-math', 'binding.gyp', '"-fno-math-errno"', '"-ffast-math"', agreement],
];

function run(copy, ...command) {
  return spawnSync(command[0], command.slice(1), { cwd: copy, encoding: 'utf8' });
}

for (const [name, file, from] of mutants) {
  if (!readFileSync(join(root, file), 'utf8').includes(from))
    throw new Error(`${name}: ${file} has no ${from}`);
}

const wanted = process.argv[2] ?? '';
const copy = mkdtempSync(join(tmpdir(), 'lanestep-mutants-'));
let survived = 0;
try {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const built = ['build', 'dist', 'out', 'src/backends/kernels.generated.ts'];
  for (const file of [...files.split('\0').filter(Boolean), ...built])
    cpSync(join(root, file), join(copy, file), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

  for (const [name, file, from, to, tests] of mutants.filter(([name]) => name.includes(wanted))) {
    const path = join(copy, file);
    const original = readFileSync(path, 'utf8');
    const rebuild = () => {
      const done = /^(native|assembly|binding)/.test(file)
        ? run(copy, process.execPath, 'scripts/prepare.mjs', '--strict')
        : { status: 0 };
      if (done.status !== 0) throw new Error(`${name} does not build:\n${done.stdout}${done.stderr}`);
    };
    writeFileSync(path, original.replace(from, to));
    rebuild();
    const { status } = run(
      copy,
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--bail=1',
      ...tests,
    );
    writeFileSync(path, original);
    if (/^(native|assembly|binding)/.test(file)) rebuild();
    if (status === 0) survived++;
    console.log(`${status === 0 ? 'SURVIVED' : 'killed  '}  ${name}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${survived} survived`);
process.exitCode = survived === 0 ? 0 : 1;

// TensorFlow.js: whose state is whose, what comes first in a step, and which arrays are written to.

const session = 'src/tfjs/session.ts';
const cpu = 'src/tfjs/stores/cpu.ts';
const disposed = ['test/tfjs/disposed.test.ts', '-t', 'tfjs cpu'];
const userCode = ['test/tfjs/user-code.test.ts'];

export const mutants = [
  [
    'session: vectors alone',
    session,
    '{ ...followed(options), shapes }',
    'followed(options)',
    ['test/shapes.test.ts'],
  ],
  [
    'tfjs: state of disposed variables is kept',
    'src/tfjs/known.ts',
    'variable !== null && variableNamed(name) !== variable',
    'variable === undefined && name === null',
    disposed,
  ],
  [
    'tfjs: a variable made anew goes on',
    session,
    'return before === variable ? place : undefined;',
    'return place;',
    disposed,
  ],
  [
    'tfjs: what setWeights brought stays unclaimed',
    'src/tfjs/optimizer.ts',
    '        session.claim(variables);\n',
    '',
    disposed,
  ],
  [
    'tfjs: functions of the step are called after views were made',
    'src/tfjs/optimizer.ts',
    '        before.ask();\n',
    '',
    userCode,
  ],
  [
    'tfjs: views that kernels make are not seen',
    cpu,
    '    if (ArrayBuffer.isView(values)) own.delete(values.buffer);\n',
    '',
    ['test/tfjs/every-op.test.ts'],
  ],
  [
    'tfjs: a gradient that was updated before',
    'src/tfjs/wanted.ts',
    '      updated.add(variable);\n',
    '',
    ['test/tfjs/sharing.test.ts', '-t', 'tfjs cpu'],
  ],
];

// What compiles and what does not, for the sources and for the declarations that are published. Each piece of code is a
// file of its own in one program; where it must not compile, it is known which of its lines is wrong, and why.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

const prelude = `
const w = new Float32Array(3), b = new Float64Array(2);
const dw = new Float32Array(3), db = new Float64Array(2);
`;

/** What is refused: the code of the error, and what its message must name. */
type Refusal = readonly [code: number, ...parts: string[]];

/** Classes whose shapes were once of any parameters. */
const late = [
  'Adafactor', 'AdafactorPaper', 'Adan', 'LAMB', 'LARS', 'NovoGrad', 'Prodigy', 'ScheduleFreeAdamW', 'SM3',
] as const; // biome-ignore format: a list

/** Title, code after the prelude, and the refusal of its last line; without one it must compile. */
const pieces: readonly (readonly [title: string, code: string, refusal?: Refusal])[] = [
  ['gradients for all names', 'new Adam({ w, b }).step({ w: dw, b: db });'],
  ['a missing gradient', 'new Adam({ w, b }).step({ w: dw });'],
  ['no gradient at all', 'new Adam({ w, b }).step({});'],
  ['null and undefined for gradients', 'new Adam({ w, b }).step({ w: null, b: undefined });'],
  ['a misspelt name', 'new Adam({ w, b }).step({ W: dw });', [2561, "'W'", "'w'"]],
  ['an unknown name', 'new Adam({ w, b }).step({ w: dw, bias: db });', [2353, "'bias'"]],
  [
    'the other type for a name',
    'new Adam({ w, b }).step({ w: new Float64Array(3) });',
    [2322, 'Float64Array', 'Float32Array'],
  ],
  [
    'the other type, the other way',
    'new Adam({ w, b }).step({ b: dw });',
    [2322, 'Float32Array', 'Float64Array'],
  ],
  [
    'numbers for a gradient',
    'new Adam({ w, b }).step({ w: [1, 2, 3] });',
    [2740, 'number[]', 'Float32Array'],
  ],
  ['an Int32Array for a parameter', 'new Adam({ w: new Int32Array(3) });', [2322, 'Int32Array']],
  ['an Int32Array for a gradient', 'new Adam({ w }).step({ w: new Int32Array(3) });', [2322, 'Int32Array']],
  ['an array by itself', 'new Adam(w);', [2345, 'Float32Array']],
  ['a list', 'new Adam([w, b]).step([dw, null]);'],
  [
    'a list that is made',
    'const params: Float32Array[] = [w]; new Adam(params).step(params.map(p => p.slice()));',
  ],
  ['a record for a list', 'new Adam([w, b]).step({ w: dw });', [2353, "'w'"]],
  [
    'a list for a record',
    'new Adam({ w, b }).step([dw, db]);',
    [2559, 'no properties in common', 'readonly w?'],
  ],
  [
    'a record of whatever names',
    'const params: Record<string, Float32Array> = { w }; new Adam(params).step({ anything: dw });',
  ],
  [
    'an interface',
    'interface P { w: Float32Array; b: Float64Array } declare const p: P; new Adam(p).step({ w: dw });',
  ],
  [
    'a misspelt name of an interface',
    'interface P { w: Float32Array; b: Float64Array } declare const p: P; new Adam(p).step({ v: dw });',
    [2353, "'v'"],
  ],
  [
    'an interface with more than arrays',
    'interface P { w: Float32Array; n: number } declare const p: P; new Adam(p);',
    [2345, "'n'", 'number'],
  ],
  [
    'a class, also in a group',
    'class M { w = new Float32Array(1); } const m = new M(); new Adam([{ params: m, lr: 0.1 }]).step([m]); new MovingAverage(m).values.w;',
  ],
  ['a group that sits out', 'new Adam([{ params: { w } }, { params: [b] }]).step([null, [db]]);'],
  ['all of a list of groups', 'new Adam([{ params: { w } }]).step(null);', [2345, 'null']],
  ['an Int32Array in a group', 'new Adam([{ params: { w: new Int32Array(3) } }]);', [2322, 'Int32Array']],
  [
    'views of shared memory, and of a buffer',
    'new Adam([new Float32Array(new SharedArrayBuffer(4)), new Float32Array(new ArrayBuffer(4))]);',
  ],
  ['groups', 'new Adam([{ params: { w }, lr: 0.1 }, { params: [b] }]).step([{ w: dw }, [db]]);'],
  [
    'a misspelt name in a group',
    'new Adam([{ params: { w }, lr: 0.1 }, { params: [b] }]).step([{ v: dw }, [db]]);',
    [2353, "'v'"],
  ],
  ['the other type in a group', 'new Adam([{ params: { w } }]).step([{ w: db }]);', [2322, 'Float64Array']],
  ['no step without gradients', 'new Adam({ w }).step();', [2554, 'Expected 1-2 arguments']],
  [
    'a step with the loss',
    'new Adam({ w }).step({ w: dw }, { loss: 1 }); new MoMo([w]).step([dw], { loss: 1 });',
  ],
  ['no step by the loss without it', 'new MoMo([w]).step([dw]);', [2554, 'Expected 2 arguments']],
  ['no loss of another type', "new Adam([w]).step([dw], { loss: '1' });", [2322, 'number']],

  ['no options', 'new Adam({ w }); new SGD([w]); new AdamW([w]); new RMSprop([w]); new Rprop([w]);'],
  [
    'options',
    "new Adam({ w }, { lr: 0.1, betas: [0.9, 0.99], eps: 1e-6, weightDecay: 0, amsgrad: true, backend: 'wasm' });",
  ],
  ['an unknown option', 'new Adam({ w }, { learningRate: 0.1 });', [2353, "'learningRate'"]],
  ["another optimizer's option", 'new Adam({ w }, { momentum: 0.9 });', [2353, "'momentum'"]],
  ['an option of text', "new Adam({ w }, { lr: '0.1' });", [2322, 'string']],
  ['one beta', 'new Adam({ w }, { betas: 0.9 });', [2322, 'number']],
  [
    'betas of an object that was declared before',
    'const options = { lr: 0.1, betas: [0.9, 0.99] }; new Adam({ w }, options); new Rprop([w], { etas: [0.5, 1.2] });',
  ],
  [
    'betas that are held',
    'const beta: Hyper = new Adam({ w }).groups[0]!.betas[1]; const x: number = new Adam({ w }).numbers[0]!.betas[1]; void [beta, x];',
  ],
  ['an unknown backend', "new Adam({ w }, { backend: 'gpu' });", [2322, '"gpu"', 'BackendChoice']],
  [
    'shapes of a list and of a record',
    'new Adam([w, b], { shapes: [[3, 1], null] }).step([dw, db]); new SGD({ w, b }, { shapes: { w: [3] } });',
  ],
  [
    'shapes of groups, and of one that is added',
    'new Adam([{ params: { w }, shapes: { w: [1, 3] } }, { params: [b] }], { shapes: [null, [[2]]] }).addGroup({ params: { v: dw }, shapes: { v: [3] } }).step([{ w: dw }, [db], { v: dw }]);',
  ],
  [
    'shapes of whatever there is, and settings of their own type',
    'const shapes: Shape[] = []; const params: Float32Array[] = []; const settings: Settings = { shapes }; new Adam(params, { shapes }); new MovingAverage({ w }, settings);',
  ],
  ['a misspelt name among shapes', 'new Adam({ w, b }, { shapes: { W: [3] } });', [2561, "'W'", "'w'"]],
  [
    'a list of shapes for a record',
    'new Adam({ w, b }, { shapes: [[3]] });',
    [2559, 'no properties in common'],
  ],
  ...late.map((name): [string, string, Refusal] => [
    `a misspelt name among shapes of ${name}`,
    `new ${name}({ w, b }, { shapes: { W: [3] } });`,
    [2561, "'W'", "'w'"],
  ]),
  [
    'a misspelt name among shapes of SAM',
    'new SAM({ w, b }, SGD, { shapes: { W: [3] } });',
    [2561, "'W'", "'w'"],
  ],
  ['a number for a shape', 'new Adam({ w, b }, { shapes: { w: 3 } });', [2322, 'number']],
  [
    'a misspelt name among shapes of a group',
    'new Adam([{ params: { w }, shapes: { v: [3] } }]);',
    [2353, "'v'"],
  ],
  ['a function of the step', 'new Adam({ w }, { lr: t => 1 / t });'],
  ['functions of the step for betas', 'new Adam({ w }, { betas: [t => 1 - 1 / t, 0.999] });'],
  [
    'functions for both betas',
    'const beta: Schedule = () => 0.9; new AdamW({ w }, { betas: [beta, beta] });',
  ],
  ['a schedule of the package', 'new Adam({ w }, { lr: cosine({ lr: 0.1, tMax: 100 }) });'],
  ['a function that gives text', 'new Adam({ w }, { lr: t => String(t) });', [2322, "'string'"]],
  ['a function for a flag', 'new Adam({ w }, { amsgrad: () => true });', [2322, 'boolean']],

  [
    'options between steps',
    'const o = new Adam({ w }); o.groups[0]!.lr = 0.1; o.groups[0]!.lr = t => t; o.set({ lr: 1, eps: 1e-3 });',
  ],
  ['an unknown option between steps', 'new Adam({ w }).set({ momentum: 1 });', [2353, "'momentum'"]],
  ['an unknown option of a group', 'new Adam({ w }).groups[0]!.momentum = 1;', [2339, "'momentum'"]],
  ['undefined for an option of a group', 'new Adam({ w }).groups[0]!.lr = undefined;', [2322, "'undefined'"]],
  ['names, which stay', "new Adam({ w }).groups[0]!.names = ['v'];", [2540, "'names'"]],
  ['the steps, which are counted', 'new Adam({ w }).steps = 0;', [2540, "'steps'"]],
  ['what runs it', 'const { name, reason }: BackendInfo = new Adam({ w }).backend(); void [name, reason];'],
  ['a backend with a misspelt property', 'new Adam({ w }).backend().isa;', [2339, "'isa'"]],

  ['Nesterov with a closure', 'new Nesterov({ w, b }).step(() => ({ w: dw }));'],
  ['Nesterov with gradients', 'new Nesterov({ w, b }).step({ w: dw });', [2353, "'w'", "type '() =>"]],
  [
    'Nesterov with a closure of a misspelt name',
    'new Nesterov({ w, b }).step(() => ({ v: dw }));',
    [2559, '{ v: ', 'no properties in common'],
  ],
  [
    'Nesterov with a closure of the other type',
    'new Nesterov({ w, b }).step(() => ({ w: db }));',
    [2322, 'Float64Array'],
  ],
  ['Nesterov with a promise', 'new Nesterov({ w }).step(async () => ({ w: dw }));', [2559, 'Promise']],
  ['Nesterov with nothing', 'new Nesterov({ w }).step();', [2554, 'Expected 1 arguments']],

  [
    'a state and back',
    'const o = new Adam({ w }); const s: StateDict = o.stateDict(); o.loadStateDict(structuredCloneOf(s)); declare function structuredCloneOf<T>(x: T): T;',
  ],
  [
    'a state without steps',
    'new Adam({ w }).loadStateDict({ state: { w: { step: 1, exp_avg: dw } }, param_groups: [] });',
  ],
  [
    'a state without a step',
    'new Adam({ w }).loadStateDict({ state: { w: { exp_avg: dw } }, param_groups: [] });',
    [2741, "'step'"],
  ],
  ['something else for a state', 'new Adam({ w }).loadStateDict({});', [2345, 'state', 'param_groups']],

  [
    'a moving average',
    'const m = new MovingAverage({ w, b }, { decay: 0.9 }); m.update(); const v: Float32Array = m.values.w; void v;',
  ],
  ['a misspelt name of an average', 'new MovingAverage({ w, b }).values.v;', [2339, "'v'"]],
  ['an unknown option of an average', 'new MovingAverage({ w }, { beta: 0.9 });', [2353, "'beta'"]],
  ['averages, which stay', 'new MovingAverage({ w }).values = { w };', [2540, "'values'"]],

  [
    'any optimizer',
    'const all: Optimizer<object, Params>[] = []; for (const o of all) { o.dispose(); o.steps.toFixed(); }',
  ],
  [
    'a list of several, and one whose class is not known',
    'const all: Optimizer[] = [new Adam({ w }), new SGD([b]), new Nesterov({ w })]; all[0]!.step({ w: dw }); all[0]!.groups[0]!.lr = 0.1; all[0]!.set({ lr: 1 }); const adam: Adam = new Adam({ w }); void adam;',
  ],
  ['the base, which is a type only', 'Optimizer;', [1361, "'Optimizer'"]],
  [
    'an error and its code',
    "const e = {} as Error; if (e instanceof LanestepError && e.code === 'ERR_LANESTEP_BUSY') e.message;",
  ],
  [
    'a code that there is not',
    "const e = {} as Error; if (e instanceof LanestepError && e.code === 'ERR_LANESTEP_NONE') e.message;",
    [2367],
  ],
];

const names = [
  'Adam', 'AdamW', 'cosine', 'LanestepError', 'MoMo', 'MovingAverage', 'Nesterov', 'RMSprop', 'Rprop', 'SAM', 'SGD', ...late,
  'type BackendInfo', 'type Hyper', 'type Optimizer', 'type Params', 'type Schedule', 'type Settings', 'type Shape', 'type StateDict',
]; // biome-ignore format: a list

/** The errors of each piece, compiled against an entry of the package. */
function compile(entry: string, options: ts.CompilerOptions): Map<string, readonly ts.Diagnostic[]> {
  const files = new Map(
    pieces.map(([title, code], i) => [
      join(root, 'test', `piece-${i}.ts`),
      { title, text: `import { ${names.join(', ')} } from '${entry}';\n${prelude}\n${code}\nexport {};\n` },
    ]),
  );
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = file => files.has(file) || fileExists(file);
  host.readFile = file => files.get(file)?.text ?? readFile(file);
  host.getSourceFile = (file, language, ...rest) => {
    const piece = files.get(file);
    return piece
      ? ts.createSourceFile(file, piece.text, language, true)
      : getSourceFile(file, language, ...rest);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const found = new Map([['', program.getOptionsDiagnostics().concat(program.getGlobalDiagnostics())]]);
  for (const source of program.getSourceFiles()) {
    const errors = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const piece = files.get(source.fileName);
    if (piece) found.set(piece.title, errors);
    else if (errors.length > 0) found.set('', [...found.get('')!, ...errors]);
  }
  return found;
}

const say = (errors: readonly ts.Diagnostic[]) =>
  errors.map(({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);

const modules: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

/** Why there are no published declarations to look at: none, or those of an earlier source. */
function missing(): { missing?: string } {
  const built = join(root, 'dist/index.d.ts');
  if (!existsSync(built)) return { missing: 'no dist/, run `npm run build`' };
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const newest = Math.max(...sources.map(file => statSync(join(root, 'src', file)).mtimeMs));
  return newest < statSync(built).mtimeMs ? {} : { missing: 'dist/ is older than src/, run `npm run build`' };
}

/** The options of this project; and those of a user with no types but the language's own. */
const settings: Record<string, { entry: string; options: ts.CompilerOptions; missing?: string }> = {
  'src/': {
    entry: '../src/index.js',
    options: {
      ...modules,
      ...ts.convertCompilerOptionsFromJson(
        ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions,
        root,
      ).options,
      noUnusedLocals: false,
    },
  },
  'dist/': {
    entry: '../dist/index.js',
    options: {
      ...modules,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      skipLibCheck: false,
    },
    ...missing(),
  },
};

for (const [place, { entry, options, missing }] of Object.entries(settings)) {
  describe.skipIf(missing !== undefined)(
    `with the types of ${place}${missing ? ` (skipped: ${missing})` : ''}`,
    () => {
      const found =
        missing === undefined ? compile(entry, options) : new Map<string, readonly ts.Diagnostic[]>();

      it('compile by themselves', () => {
        expect(say(found.get('')!)).toEqual([]);
        expect(found.size).toBe(pieces.length + 1);
      });

      for (const [title, code, refusal] of pieces) {
        if (refusal === undefined) {
          it(`${title} compiles`, () => expect(say(found.get(title)!)).toEqual([]));
          continue;
        }
        it(`${title} does not compile`, () => {
          const [number, ...parts] = refusal;
          const errors = found.get(title)!;
          const [message = ''] = say(errors);
          expect(say(errors), code).toEqual([expect.stringContaining(`TS${number}:`)]);
          for (const part of parts) expect(message).toContain(part);
        });
      }
    },
  );
}

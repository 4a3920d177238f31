// Bundlers: how each is told to carry lanestep along, and how to leave it out, as the warning of a bundle says.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/installed.js';

/** Where bundlers are installed: those of the tree, or all, where scripts/bundlers.sh brought them. */
export const tools = process.env.LANESTEP_BUNDLERS ?? root;

/** A command: a program of the tools, or Node, and what it is given. */
export type Command = readonly [program: string, ...args: string[]];

/** A way to bundle main.mjs. */
export interface Bundler {
  readonly title: string;
  /** What it needs of the tools. */
  readonly needs: readonly string[];
  /** Files that it wants beside main.mjs; `external` is whether lanestep is left out. */
  readonly files?: (external: boolean) => Record<string, string>;
  readonly commands: (external: boolean) => readonly Command[];
  /** What is run: a file for Node, or a program. */
  readonly made: Command;
  /** Whether it leaves TensorFlow.js out, so that lanestep/tfjs is bundled too; its own packages do not fit into all bundles. */
  readonly tfjs?: true;
  /** Whether there is no way to leave a package out. */
  readonly closed?: true;
}

const json = JSON.stringify;

const esbuild = (format: 'cjs' | 'esm', out: string, external: boolean): Command => [
  'esbuild',
  'main.mjs',
  '--bundle',
  '--platform=node',
  '--log-level=error',
  `--format=${format}`,
  `--outfile=${out}`,
  '--external:@tensorflow/*',
  ...(external ? ['--external:lanestep'] : []),
];

// Rollup finds packages by a plugin, which has to be told that this is for Node.
const found: Record<'rollup' | 'rolldown', readonly [imports: string, options: string, output: string]> = {
  rollup: [
    "import resolve from '@rollup/plugin-node-resolve';",
    "plugins: [resolve({ exportConditions: ['node'] })]",
    'inlineDynamicImports: true',
  ],
  rolldown: ['', "platform: 'node'", 'codeSplitting: false'],
};

const rolls = (tool: 'rollup' | 'rolldown', format: 'cjs' | 'esm'): Bundler => {
  const [imports, options, output] = found[tool];
  const file = `out/main.${format === 'cjs' ? 'cjs' : 'mjs'}`;
  return {
    title: `${tool} ${format}`,
    needs: tool === 'rollup' ? ['rollup', '@rollup/plugin-node-resolve'] : ['rolldown'],
    tfjs: true,
    files: external => ({
      'config.mjs': `${imports} export default {
        input: 'main.mjs',
        external: [/^(node:|@tensorflow)/${external ? ', /^lanestep/' : ''}],
        ${options},
        output: { file: '${file}', format: '${format}', ${output} },
      };`,
    }),
    commands: () => [[tool, '-c', 'config.mjs']],
    made: ['node', file],
  };
};

/** All of them. */
export const bundlers: readonly Bundler[] = [
  ...(['cjs', 'esm'] as const).map((format): Bundler => {
    const out = `out/main.${format === 'cjs' ? 'cjs' : 'mjs'}`;
    return {
      title: `esbuild ${format}`,
      needs: ['esbuild'],
      tfjs: true,
      commands: external => [esbuild(format, out, external)],
      made: ['node', out],
    };
  }),
  {
    title: 'a single executable, by esbuild',
    needs: ['esbuild', 'postject'],
    closed: true,
    files: () => ({
      'sea.json': json({
        main: 'out/main.cjs',
        output: 'out/main.blob',
        disableExperimentalSEAWarning: true,
      }),
      'copy.mjs': `import { chmodSync, copyFileSync } from 'node:fs';
        copyFileSync(process.execPath, 'out/main.exe');
        chmodSync('out/main.exe', 0o755);`,
    }),
    commands: external => [
      esbuild('cjs', 'out/main.cjs', external),
      ['node', '--experimental-sea-config', 'sea.json'],
      ['node', 'copy.mjs'],
      [
        'postject',
        'out/main.exe',
        'NODE_SEA_BLOB',
        'out/main.blob',
        '--sentinel-fuse',
        'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
      ],
    ],
    made: ['./out/main.exe'],
  },
  rolls('rollup', 'cjs'),
  rolls('rollup', 'esm'),
  rolls('rolldown', 'cjs'),
  rolls('rolldown', 'esm'),
  {
    title: 'vite, for a server',
    needs: ['vite'],
    files: external => ({
      'vite.config.mjs': `export default {
        logLevel: 'error',
        ssr: { noExternal: true, ${external ? "external: ['lanestep']" : ''} },
        build: { ssr: 'main.mjs', outDir: 'out', rollupOptions: { output: { entryFileNames: 'main.mjs' } } },
      };`,
    }),
    commands: () => [['vite', 'build']],
    made: ['node', 'out/main.mjs'],
  },
  {
    title: 'webpack',
    needs: ['webpack-cli'],
    files: external => ({
      'webpack.config.cjs': `module.exports = {
        mode: 'none', target: 'node', entry: './main.mjs', stats: 'errors-only',
        output: { path: __dirname + '/out', filename: 'main.cjs' },
        externals: ${external ? "{ lanestep: 'commonjs lanestep', 'lanestep/wasm': 'commonjs lanestep/wasm' }" : '{}'},
      };`,
    }),
    commands: () => [['webpack', '-c', 'webpack.config.cjs']],
    made: ['node', 'out/main.cjs'],
  },
  {
    title: 'Parcel',
    needs: ['parcel'],
    files: external => ({
      'package.json': json({
        private: true,
        main: 'out/main.cjs',
        dependencies: { lanestep: '*' },
        '@parcel/resolver-default': { packageExports: true },
        targets: {
          main: {
            source: 'main.mjs',
            context: 'node',
            engines: { node: '>=20' },
            outputFormat: 'commonjs',
            includeNodeModules: external ? { lanestep: false } : true,
          },
        },
      }),
      'package-lock.json': '{}',
    }),
    commands: () => [['parcel', 'build', '--no-cache', '--no-autoinstall', '--log-level', 'error']],
    made: ['node', 'out/main.cjs'],
  },
  {
    title: 'ncc',
    needs: ['@vercel/ncc'],
    commands: external => [
      [
        'ncc',
        'build',
        'main.mjs',
        '-o',
        'out',
        '-q',
        ...(external ? ['-e', 'lanestep', '-e', 'lanestep/wasm'] : []),
      ],
    ],
    made: ['node', 'out/index.mjs'],
  },
];

/** What of a bundler's needs is not there, for a test's title; empty where all is. */
export function lacking({ needs }: Bundler): string {
  const missing = needs.find(name => !existsSync(join(tools, 'node_modules', name)));
  return missing === undefined ? '' : ` (skipped: no ${missing} here; scripts/bundlers.sh brings it)`;
}

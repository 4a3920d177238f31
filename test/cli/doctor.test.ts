// `lanestep doctor` in processes of its own, on installed copies that are whole, bare and damaged.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/cli/doctor/report.js';
import { sequences } from '../../src/reference/sequences.js';
import { variants } from '../../src/reference/variants.js';
import { nativeMissing } from '../backends.js';
import { addon, install, lanestep, root, unbuilt } from './installed.js';

const noAddon = nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let folder = '';
let whole = '';
let bare = '';

interface Examined {
  readonly code: number | string | null;
  readonly report: Report;
}

async function examined(project: string, how: Parameters<typeof lanestep>[2] = {}): Promise<Examined> {
  const { code, stdout, stderr } = await lanestep(project, ['doctor', '--json'], how);
  // Node's own notes on experimental flags are its business.
  expect(stderr.replace(/^\(.*\n/gm, '')).not.toMatch(/lanestep|Error/i);
  return { code, report: JSON.parse(stdout) };
}

const kernels = [...new Set([...variants, ...sequences].map(({ kernel }) => kernel))].sort();

describe.skipIf(unbuilt !== '')(`lanestep doctor${unbuilt}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanestep-doctor-'));
    whole = install(join(folder, 'whole'), existsSync(addon) ? readFileSync(addon) : null);
    bare = install(join(folder, 'bare'), null);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.skipIf(noAddon !== '')(`with its addon${noAddon}`, () => {
    it('reports native, and all that it was asked for', async () => {
      const { code, report } = await examined(whole);
      expect(report).toEqual({
        schema: 1,
        machine: {
          lanestep: version,
          node: process.versions.node,
          v8: process.versions.v8,
          napi: process.versions.napi,
          platform: process.platform,
          release: expect.any(String),
          arch: process.arch,
          libc: process.platform === 'linux' ? expect.stringMatching(/^(glibc \d+\.\d+|musl)$/) : null,
          cpu: expect.any(String),
          processors: expect.any(Number),
          usable: availableParallelism(),
        },
        native: {
          path: join(whole, 'node_modules/lanestep/build/Release/lanestep.node'),
          loaded: true,
          reason: null,
          passedOver: [],
          fatal: false,
          instructionSets: expect.arrayContaining([{ name: expect.any(String), supported: true }]),
          deadly: {},
        },
        wasm: { loaded: true, instructionSet: 'simd128', reason: null },
        used: { name: 'native', instructionSet: expect.any(String), threads: availableParallelism() },
        flags: {
          permissionModel: false,
          noAddons: false,
          allowAddons: false,
          allowAddonsInNodeOptions: expect.any(Boolean),
          given: [],
        },
        variables: [],
        selfTest: expect.any(Object),
        bandwidth: [...new Set([1, availableParallelism()])].map(threads => ({
          threads,
          gigabytesPerSecond: expect.any(Number),
        })),
        remedies: expect.any(Array),
        verdict: 'native',
      });
      expect(code).toBe(0);

      const { selfTest, native, bandwidth } = report;
      const sets = native.instructionSets.filter(({ supported }) => supported).map(({ name }) => name);
      expect(selfTest.subjects).toEqual(['wasm', ...sets.flatMap(name => [name, `${name} x2`])]);
      expect(Object.keys(selfTest.kernels).sort()).toEqual(kernels);
      for (const row of Object.values(selfTest.kernels)) expect(Object.keys(row)).toEqual(selfTest.subjects);
      expect(selfTest.failures).toEqual([]);
      expect(selfTest.agree).toBe(true);
      expect(new Set(Object.values(selfTest.digests)).size).toBe(1);
      for (const { gigabytesPerSecond } of bandwidth as Exclude<typeof bandwidth, string>) {
        expect(gigabytesPerSecond).toBeGreaterThan(0.05);
        expect(gigabytesPerSecond).toBeLessThan(5000);
      }
    });

    it('says it in words, and warns of nothing', async () => {
      const { code, stdout, stderr } = await lanestep(whole, ['doctor']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(new RegExp(`^lanestep ${version}$`, 'm'));
      expect(stdout).toMatch(/^ {2}in use {7}native \w+, \d+ threads?$/m);
      for (const kernel of kernels) {
        expect(stdout).toMatch(new RegExp(`^ {2}${kernel.replaceAll('.', '\\.')}( +\\d\\.\\d\\d){3,}$`, 'm'));
      }
      expect(stdout).toMatch(/^ {2}All agree: digest [0-9a-f]{16}\.$/m);
      expect(stdout).toMatch(/^Memory: [\d.]+ GB\/s on 1 thread/m);
      expect(stdout).toMatch(/^Fine: /m);
    });

    it('warns where LANESTEP_BACKEND=wasm keeps it from native, and tests native all the same', async () => {
      const { code, report } = await examined(whole, { env: { LANESTEP_BACKEND: 'wasm' } });
      expect([code, report.verdict]).toEqual([0, 'wasm']);
      expect(report.selfTest.subjects.length).toBeGreaterThan(2);
      expect(report.remedies).toContain('LANESTEP_BACKEND=wasm: the native backend loads, and is not used.');
    });

    it.each([
      [['--no-addons'], {}],
      [[], { NODE_OPTIONS: '--no-addons' }],
    ])('names --no-addons: %j %j', async (flags, env) => {
      const { code, report } = await examined(whole, { flags, env });
      expect([code, report.verdict]).toEqual([0, 'wasm']);
      expect(report.native).toMatchObject({
        loaded: false,
        reason: expect.stringMatching(/addon.*disabled/),
      });
      expect(report.remedies[0]).toBe('Node was started with --no-addons: start it without.');
      expect(report.selfTest.subjects).toEqual(['wasm']);
    });

    it('names the permission model', async () => {
      const permission = process.allowedNodeEnvironmentFlags.has('--permission')
        ? '--permission'
        : '--experimental-permission';
      const flags = [permission, `--allow-fs-read=*`];
      const { code, report } = await examined(whole, { flags });
      expect([code, report.verdict]).toEqual([0, 'wasm']);
      expect(report.flags.permissionModel).toBe(true);
      expect(report.remedies[0]).toMatch(/^Node's permission model forbids addons: give --allow-addons/);
      const allowed = await examined(whole, { flags: [...flags, '--allow-addons'] });
      expect([allowed.code, allowed.report.verdict]).toEqual([0, 'native']);
    });

    it.each([
      ['LANESTEP_ISA', 'bogus', /expected one that is supported here/],
      ['LANESTEP_BACKEND', 'Native', /Expected auto, native or wasm/],
      ['LANESTEP_NUM_THREADS', '0', /Expected a whole number from 1 to 256/],
    ])('%s=%s is an error that it names', async (name, value, problem) => {
      const { code, report } = await examined(whole, { env: { [name]: value } });
      expect([code, report.verdict]).toEqual([1, 'none']);
      expect(report.variables).toEqual([
        { name, value, problem: expect.stringMatching(problem), note: null },
      ]);
      expect(report.used).toEqual({ error: expect.stringContaining(name) });
      expect(report.remedies[0]).toMatch(new RegExp(`^Unset ${name}`));
      expect(report.selfTest.failures).toEqual([]);
    });

    it('notes what holds it back, and variables that it does not know', async () => {
      const env = { LANESTEP_NUM_THREADS: '1', LANESTEP_THREADS: '4' };
      const { code, report } = await examined(whole, { env });
      expect([code, report.verdict]).toEqual([0, 'native']);
      expect(report.variables.map(({ name, note }) => [name, note])).toEqual([
        [
          'LANESTEP_NUM_THREADS',
          availableParallelism() > 1 ? expect.stringContaining('could be used') : null,
        ],
        ['LANESTEP_THREADS', expect.stringContaining('does not know it')],
      ]);
    });

    const bytes = existsSync(addon) ? readFileSync(addon) : Buffer.alloc(0);
    it.each([
      [
        'cut within its header',
        bytes.subarray(0, 40),
        'wasm',
        /is not this version's addon for this platform/,
      ],
      ['not a library', Buffer.from('this is no library'), 'wasm', /`npx lanestep build`/],
    ] as const)('survives an addon that is %s', async (title, content, verdict, remedy) => {
      const { code, report } = await examined(install(join(folder, title), content));
      expect([code, report.verdict]).toEqual([0, verdict]);
      expect(report.native.reason).toContain('did not load');
      expect(report.remedies[0]).toMatch(remedy);
    });

    it('says what was passed over on the way to the addon in use', async () => {
      const project = install(join(folder, 'elsewhere'), Buffer.from('for another system'));
      const place = join(project, `node_modules/lanestep/prebuilds/${process.platform}-${process.arch}`);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'lanestep.node'), bytes);
      const { code, report } = await examined(project);
      expect([code, report.verdict, report.native.path]).toEqual([0, 'native', join(place, 'lanestep.node')]);
      expect(report.native.passedOver).toEqual([expect.stringContaining('build/Release/lanestep.node')]);
    });

    it.skipIf(process.platform !== 'linux')('survives an addon that ends the process', async () => {
      // Cut in the middle, it is mapped farther than it reaches.
      const cut = install(join(folder, 'cut'), bytes.subarray(0, 30_000));
      const { code, report } = await examined(cut);
      expect([code, report.verdict]).toEqual([1, 'none']);
      expect(report.native).toMatchObject({
        loaded: false,
        fatal: true,
        reason: expect.stringMatching(/SIG/),
      });
      expect(report.remedies[0]).toMatch(/use LANESTEP_BACKEND=wasm/);
      const onWasm = await examined(cut, { env: { LANESTEP_BACKEND: 'wasm' } });
      expect([onWasm.code, onWasm.report.verdict]).toEqual([0, 'wasm']);
    });
  });

  it('warns where there is no addon, and says how to get one', async () => {
    const { code, report } = await examined(bare);
    expect([code, report.verdict]).toEqual([0, 'wasm']);
    expect(report.native).toMatchObject({ path: null, loaded: false });
    expect(report.used).toMatchObject({ name: 'wasm', reason: report.native.reason });
    expect(report.remedies[0]).toMatch(/`npx lanestep build` compiles one/);
  });

  it('ends with 1 where native is asked for and there is none', async () => {
    const { code, report } = await examined(bare, { env: { LANESTEP_BACKEND: 'native' } });
    expect([code, report.verdict]).toEqual([1, 'none']);
    expect(report.remedies[0]).toMatch(/^Unset LANESTEP_BACKEND/);
  });

  it('ends with 1 where neither backend runs', async () => {
    const { code, report } = await examined(bare, { flags: ['--jitless'] });
    expect([code, report.verdict]).toEqual([1, 'none']);
    expect(report.wasm).toMatchObject({ loaded: false, reason: expect.stringContaining('--jitless') });
    expect(report.remedies.join()).toContain('--jitless');
  });
});

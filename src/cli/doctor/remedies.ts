// What to do about what was found: a line each, in the order in which it matters.
import type { Report } from './report.js';

type Findings = Omit<Report, 'remedies' | 'verdict' | 'bandwidth'>;

const foreign =
  /invalid ELF|ELF class|file too short|not a mach-o|not a valid Win32|another version|cannot read/i;

/** What keeps native from loading. */
function forNative({ native, flags, machine }: Findings): string | null {
  const reason = native.reason ?? '';
  if (native.loaded) return null;
  if (flags.noAddons) return 'Node was started with --no-addons: start it without.';
  if (flags.permissionModel && /disabled|permission|access/i.test(reason)) {
    const where = flags.allowAddonsInNodeOptions ? ", on node's command line or in NODE_OPTIONS" : '';
    return `Node's permission model forbids addons: give --allow-addons${where}.`;
  }
  if (native.fatal)
    return `${native.path} ends the process that loads it: \`npx lanestep build\` replaces it; until then use LANESTEP_BACKEND=wasm.`;
  if (native.path === null && machine.libc === 'musl')
    return 'The package has no addon for musl: `npx lanestep build` compiles one (apk add g++ make python3).';
  if (native.path === null)
    return `The package has no addon for ${machine.platform}-${machine.arch}: \`npx lanestep build\` compiles one.`;
  if (/GLIBC/.test(reason))
    return `The addon needs a newer C library than ${machine.libc}: \`npx lanestep build\` compiles one for it.`;
  if (foreign.test(reason))
    return `${native.path} is not this version's addon for this platform: \`npx lanestep build\` replaces it.`;
  return 'Compile the addon anew with `npx lanestep build`; if that does not help, report the reason above.';
}

/** Says what to do. */
export function remedies(findings: Findings): string[] {
  const { native, wasm, variables, selfTest, machine, used } = findings;
  const lines: string[] = [];
  const wrong = [...new Set(selfTest.failures.map(({ subject }) => subject))];
  if (wrong.length > 0) {
    const right = selfTest.subjects.find(title => !wrong.includes(title))?.split(' ')[0];
    const instead =
      right === undefined
        ? 'Do not train here.'
        : `Until it is mended use ${right === 'wasm' ? 'LANESTEP_BACKEND=wasm' : `LANESTEP_ISA=${right}`}.`;
    lines.push(
      `Wrong results on ${wrong.join(', ')}: report this with \`lanestep doctor --json\`. ${instead}`,
    );
  }
  for (const [set, how] of Object.entries(native.deadly)) {
    lines.push(
      `${set}: ${how}. Report this; until it is mended use LANESTEP_BACKEND=wasm or another LANESTEP_ISA.`,
    );
  }
  for (const { name, problem } of variables) {
    if (problem !== null) lines.push(`Unset ${name}, or set it right: ${problem}.`);
  }
  const unloaded = forNative(findings);
  if (unloaded !== null) lines.push(unloaded);
  if (!wasm.loaded && 'error' in used)
    lines.push('WebAssembly does not run either; start Node without --jitless.');
  for (const { name, value, note } of variables) {
    if (note !== null) lines.push(`${name}=${value}: ${note}.`);
  }
  if (machine.usable < machine.processors)
    lines.push(
      `This process may use ${machine.usable} of ${machine.processors} processors; a CPU limit or an affinity mask says so.`,
    );
  return lines;
}

// Generates, judges and sums up.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { equivalents } from './equivalent.mjs';
import { sources } from './places.mjs';
import { Copy, Original } from './run.mjs';
import { edited } from './schema.mjs';

/** All generated mutants, numbered. */
export function generate(root) {
  let id = 0;
  return sources(root).map(source => ({
    ...source,
    mutants: source.mutants.map(mutant => ({ ...mutant, id: ++id })),
  }));
}

/** What is wrong with the list of those that change nothing: a name that no mutant has. */
export function complaintsOf(all) {
  const names = new Set(all.flatMap(({ mutants }) => mutants.map(({ name }) => name)));
  return [...equivalents.keys()]
    .filter(name => !names.has(name))
    .map(name => `${name}: no such mutant is generated`);
}

const kinds = {
  text: ({ language }) => language === 'text',
  wasm: ({ judges, language }) => language !== 'text' && !judges[0].native,
  native: ({ judges }) => judges[0].native,
};

/**
 * Judges all mutants of some sources: by source, how many there are, how many were killed, and which are not as they should be.
 *
 * @param tell is told of each source when it is done
 */
export async function judge(root, all, wanted, jobs, tell) {
  for (const [kind, fits] of Object.entries(kinds)) {
    const own = wanted.filter(fits);
    if (own.length === 0) continue;
    const copy = kind === 'text' ? new Original(root) : new Copy(root, all.filter(fits));
    try {
      await copy.build(kind === 'native');
      const queue = own.filter(({ judges }) => supported(copy, judges[0].native));
      // Waits for all, also where one has failed: the others still write into the copy.
      const ended = await Promise.allSettled(
        Array.from({ length: jobs }, async () => {
          for (let source = queue.shift(); source !== undefined; source = queue.shift())
            tell(source, await fates(copy, source));
        }),
      );
      for (const { status, reason } of ended) if (status === 'rejected') throw reason;
    } finally {
      copy.remove();
    }
  }
}

/** Whether this processor has the instruction set that a file is for. */
function supported(copy, native) {
  if (!/^(avx|sse|neon)/.test(native)) return true;
  const { instructionSets } = createRequire(import.meta.url)(join(copy.home, 'build/Release/lanestep.node'));
  return instructionSets.some(({ name, supported }) => name === native && supported);
}

async function fates(copy, { mutants, judges, language, text }) {
  const killers = new Map();
  const early = ({ early }) => Number(early === true && language === 'ts');
  const ordered = mutants.toSorted((a, b) => early(a) - early(b));
  let alive = ordered.map(({ id, file, only, edits, ...mutant }) => ({
    id,
    file,
    only,
    early: early(mutant) === 1,
    ...(language === 'text' && { text: edited(text, edits) }),
  }));
  for (const how of judges) {
    if (how.tests.length === 0 || alive.length === 0) continue;
    const those = alive.map(mutant => ({ ...mutant, only: how.only ?? mutant.only }));
    for (const [id, killer] of await copy.judge(those, how)) if (killer !== null) killers.set(id, killer);
    alive = alive.filter(({ id }) => !killers.has(id));
  }
  return mutants.map(({ id, name }) => {
    const killer = killers.get(id) ?? null;
    const equivalent = equivalents.get(name) ?? null;
    return { name, killer, equivalent, wrong: (killer === null) !== (equivalent !== null) };
  });
}

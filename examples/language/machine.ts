import { cpus, totalmem } from 'node:os';

/** What the numbers were measured on. */
export function machine(): readonly (readonly [string, string])[] {
  const all = cpus();
  return [
    ['Processor', `${all[0]?.model.trim() ?? 'unknown'}, ${all.length} cores`],
    ['Memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['System', `${process.platform} ${process.arch}`],
    ['Node', `${process.versions.node} (V8 ${process.versions.v8})`],
    ['Names', `ICU ${process.versions['icu'] ?? 'none'}, CLDR ${process.versions['cldr'] ?? 'none'}`],
  ];
}

/** The page around the pictures: one file, no script, nothing from elsewhere. */
import { escape } from './html-text.js';

// Okabe and Ito's colours, which the colour-blind can tell apart; lighter ones on a dark page. Shapes and dashes say the same.
const style = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #5b6570; --page: #fff; --panel: #f4f6f8; --line: #d9dfe5; --shade: #eceff2;
  --native: #0068b3; --wasm: #00825e; --plain: #b8770a; --tfjs: #a8508a; --torch: #c24d00; --roof: #3b444d }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --soft: #9aa6b2; --page: #14171a; --panel: #1d2226; --line: #2c343b;
  --shade: #20262b; --native: #63b5f2; --wasm: #35c79a; --plain: #e9b44c; --tfjs: #dd8fc2; --torch: #ff8a4a; --roof: #c3ccd4 } }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; background: var(--page); color: var(--text) }
body { font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 0 0 .75rem; font-size: 1.6rem; line-height: 1.2 }
h2 { margin: 3rem 0 .5rem; font-size: 1.25rem } h3 { margin: 0; font-size: 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; padding: .75rem 1rem; border-radius: .5rem;
  background: var(--panel); font-size: .875rem }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
.soft, caption, figcaption, .notes { color: var(--soft); font-size: .875rem } .notes { margin-top: 2rem; padding-left: 1.2rem }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1.5rem }
.many { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.25rem 1.5rem; margin-top: 1rem }
figure { margin: 0; min-width: 0 } .dots { max-width: 46rem; overflow-x: auto } .dots svg { min-width: 38rem }
.pair figure { overflow-x: auto } .pair svg { min-width: 24rem }
svg { display: block; width: 100%; height: auto } svg text { fill: var(--soft); font: 12px system-ui, sans-serif }
svg .label { fill: var(--text) } .many svg text { font-size: 13px }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: .75rem 0; padding: 0; list-style: none; font-size: .875rem }
.legend li { display: flex; align-items: center; gap: .4rem } .legend svg { width: 30px; height: 14px }
.grid { stroke: var(--line); stroke-width: 1 } .shade { fill: var(--shade) } .edge { stroke: var(--soft); stroke-dasharray: 1 4 }
.series { fill: none; stroke: var(--hue); stroke-width: 2; stroke-linejoin: round } .dashed .series { stroke-dasharray: 5 4 }
.mark { fill: var(--hue); stroke: var(--hue); stroke-width: 1.6 } .hollow .mark { fill: var(--page) }
.whisker { stroke: var(--hue); stroke-width: 1.2; fill: none } .guide { stroke: var(--hue); stroke-width: .8; opacity: .6; fill: none }
.is-roof .series { stroke-width: 3.5 } .is-roof.dashed .series { stroke-width: 2 }
.native { --hue: var(--native) } .wasm { --hue: var(--wasm) } .plain { --hue: var(--plain) } .tfjs { --hue: var(--tfjs) }
.torch { --hue: var(--torch) } .is-roof { --hue: var(--roof) }
details { margin: .75rem 0 } summary { cursor: pointer; font-size: .875rem }
.wide { overflow-x: auto; margin: 1rem 0 1.5rem }
table { border-collapse: collapse; font-size: .8125rem; font-variant-numeric: tabular-nums }
caption { padding-bottom: .3rem; text-align: left; color: var(--text) }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom }
th, td { padding: .2rem .45rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap } tbody th { font-weight: 600 }
thead th { white-space: normal } .left { text-align: left } .bar { min-width: 7rem }
.bar i { display: block; height: .7em; border-radius: 2px; background: var(--native) }
@media print { .wide { overflow: visible } }
`;

/** @param body sections in HTML; `rows`, a name and text of what has to be known first */
export function page(
  title: string,
  rows: readonly (readonly [string, string])[],
  body: readonly string[],
): string {
  const facts = rows.map(([name, text]) => `<dt>${escape(name)}</dt><dd>${escape(text)}</dd>`).join('');
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${escape(title)}</title><style>${style}</style></head>\n<body><main>\n<h1>${escape(title)}</h1>\n<dl>${facts}</dl>\n` +
    `${body.join('\n')}\n</main></body></html>\n`
  );
}

import { escape } from './html.js';

export interface Section {
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

const style = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #5b6570; --page: #fff; --panel: #f4f6f8; --line: #d5dbe1; --accent: #1467c8 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ec; --soft: #9aa6b2; --page: #14171a; --panel: #1d2226; --line: #343c44; --accent: #63a9f5 }
}
body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: var(--page); color: var(--text) }
body { font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2 } h2 { margin-top: 2.5rem; font-size: 1.2rem }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; padding: 0; list-style: none }
.cards li { padding: .75rem 1rem; border-radius: .5rem; background: var(--panel) }
.cards b { display: block; font-size: 1.35rem; line-height: 1.3 } .cards span, caption, p.soft { color: var(--soft); font-size: .875rem }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums }
caption { text-align: left; padding-bottom: .25rem }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
th, td { vertical-align: top }
th { font-weight: 600 } th:first-child, td:first-child { text-align: left; padding-left: 0 }
tbody th { white-space: normal; min-width: 9rem; max-width: 24rem; overflow-wrap: anywhere }
figure { margin: 1rem 0 0; min-width: 0 } figcaption { color: var(--soft); font-size: .875rem } figcaption b { color: var(--text) }
.plot { position: relative; height: 20rem; margin: .75rem .75rem 2rem 2.75rem; border: solid var(--line); border-width: 0 0 1px 1px }
.plot svg { display: block; width: 100%; height: 100%; overflow: visible } .plot i { position: absolute; color: var(--soft) }
.plot i { font: .8125rem/1 system-ui, sans-serif } .x { top: 100%; padding-top: .4rem; transform: translateX(-50%) }
.y { right: 100%; padding-right: .4rem; transform: translateY(50%) }
.line { fill: none; stroke-linejoin: round; vector-effect: non-scaling-stroke; stroke: var(--line); stroke-width: 1 }
.own { stroke: var(--accent); stroke-width: 2 } .apart { position: absolute; width: 0; height: 0 }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); gap: 0 1rem }
.panels .plot { height: 8rem }
.dots { margin: .5rem 0 1rem; padding: 0; list-style: none; font-variant-numeric: tabular-nums }
.dots li { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr minmax(4rem, max-content); gap: 0 1rem; align-items: center }
.dots li > div { position: relative; height: 1.75rem; background: linear-gradient(var(--line), var(--line)) center / 100% 1px no-repeat }
.dots b { font-weight: 400; text-align: right } .dot { position: absolute; top: 50%; width: .7rem; height: .7rem; margin: -.35rem }
.dot { border-radius: 50%; background: var(--accent) } .whisker { position: absolute; top: calc(50% - 1px); height: 3px }
.whisker { background: var(--accent); opacity: .55 }
@media (max-width: 34rem) { thead { display: none } table, caption, tbody, tr, tbody th, td { display: block; max-width: none }
  td, tbody th { border: 0; padding: .1rem 0; text-align: left } tr { padding: .4rem 0; border-bottom: 1px solid var(--line) }
  td { display: flex; justify-content: space-between; gap: 1rem; white-space: normal }
  td::before { content: attr(data-head); color: var(--soft) }
  td:empty { display: none } .dots li { grid-template-columns: 1fr max-content } .dots li > div { grid-area: 2 / 1 / 3 / 3 } }
code { overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .9em }
`;

/** One page with everything in it: no script, no font, no picture from elsewhere. */
export function page(
  title: string,
  lead: string,
  cards: readonly (readonly [string, string])[],
  sections: readonly Section[],
): string {
  const body = [
    `<h1>${escape(title)}</h1>`,
    `<p>${escape(lead)}</p>`,
    `<ul class="cards">${cards.map(([name, value]) => `<li><b>${escape(value)}</b><span>${escape(name)}</span></li>`).join('')}</ul>`,
    ...sections.map(section => `<section><h2>${escape(section.title)}</h2>${section.body}</section>`),
  ];
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${escape(title)}</title><style>${style}</style></head>\n<body>\n${body.join('\n')}\n</body></html>\n`
  );
}

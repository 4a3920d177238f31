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
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
th { font-weight: 600 } th:first-child, td:first-child { text-align: left; padding-left: 0 }
svg { width: 100%; height: auto } svg text { fill: var(--soft); font: 12px system-ui, sans-serif } .grid { stroke: var(--line) }
.line { fill: none; stroke-width: 2; stroke-linejoin: round } .bar { fill: var(--accent) }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; font-size: .875rem }
.legend span { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px }
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

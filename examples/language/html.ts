const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it stands in HTML, in an element or in a quoted attribute. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, character => entities[character]!);
}

/** A table whose cells are text; those of the first column name their rows. On a narrow page each row is a list with the heads. */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const titles = head.map(cell => `<th scope="col">${escape(cell)}</th>`).join('');
  const body = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell, k) => `<td data-head="${escape(head[k + 1] ?? '')}">${escape(cell)}</td>`);
    return `<tr><th scope="row">${escape(first)}</th>${cells.join('')}</tr>`;
  });
  const top = head.length === 0 ? '' : `<thead><tr>${titles}</tr></thead>`;
  return `<div class="wide"><table><caption>${escape(caption)}</caption>${top}<tbody>${body.join('')}</tbody></table></div>`;
}

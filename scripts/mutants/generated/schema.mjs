// A text with all of its mutants in it, of which a number chooses one while it runs: thousands are compiled at once.

/** A text in which a mutant's edits are in force where `chosen(its number)`, as its language says it. */
export function schema(text, mutants, chosen) {
  const places = new Map();
  for (const { id, edits } of mutants) {
    for (const { start, end, to, kind } of edits) {
      const key = `${start} ${end} ${kind}`;
      if (!places.has(key)) places.set(key, { start, end, kind, choices: [] });
      places.get(key).choices.push({ id, to });
    }
  }
  // The outer ones first; a statement around the expression that fills it.
  const list = [...places.values()].sort(
    (a, b) => a.start - b.start || b.end - a.end || (a.kind === 'statement' ? -1 : 1),
  );
  let at = 0;
  function render(start, end) {
    let out = '';
    let from = start;
    while (at < list.length && list[at].start < end) {
      const { kind, choices, ...place } = list[at++];
      out += text.slice(from, place.start);
      const inner = render(place.start, place.end);
      from = place.end;
      if (kind === 'flag') {
        // A constant: run.mjs has a type for it.
        out += `{${inner}, ${choices[0].id}}`;
        continue;
      }
      for (const { id, to } of choices)
        out += kind === 'statement' ? `if (${chosen(id)}) { ${to} } else ` : `(${chosen(id)} ? (${to}) : `;
      out +=
        kind === 'statement'
          ? inner
          : `${kind === 'condition' ? '!!' : ''}(${inner})${')'.repeat(choices.length)}`;
    }
    return out + text.slice(from, end);
  }
  return render(0, text.length);
}

/** A text after one mutant's edits. */
export const edited = (text, edits) =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((all, { start, end, to }) => all.slice(0, start) + to + all.slice(end), text);

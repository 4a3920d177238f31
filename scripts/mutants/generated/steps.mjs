// Mutants of C++ that no parser of ours reads: its layout (clang-format's) says where an operator, a condition or a statement is.

const blank = text => text.replace(/[^\n]/g, ' ');

/** What an operator is exchanged for. */
const operators = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
};

/** How tightly operators bind. */
const strength = operator => (/^[+-]$/.test(operator) ? 3 : /^(&&|\|\|)$/.test(operator) ? 1 : 2);

/** From a place inside an expression to where one ends that binds at least so tightly, backwards or forwards. */
function extent(text, from, direction, least) {
  const [opens, closes] = direction < 0 ? [/[)\]}]/, /[([{]/] : [/[([{]/, /[)\]}]/];
  let depth = 0;
  let at = from;
  for (; at > 0 && at < text.length; at += direction) {
    const letter = text[direction < 0 ? at - 1 : at];
    if (opens.test(letter)) depth++;
    else if (closes.test(letter) && depth-- === 0) break;
    if (depth > 0) continue;
    if (/[;,]/.test(letter)) break;
    const near = direction < 0 ? text.slice(Math.max(0, at - 8), at) : text.slice(at, at + 8);
    if (direction < 0 ? /(\s(\?|:|[-+*|]?=)|\breturn)\s$/.test(near) : /^\s(\?|:)\s/.test(near)) break;
    const operator = (direction < 0 ? /\s(\S{1,2})\s$/ : /^\s(\S{1,2})\s/).exec(near)?.[1];
    if (operator in operators && strength(operator) < least) break;
  }
  return at;
}

const words = text => text.replace(/\s+/g, ' ').trim();

/** The mutants of the functions of a file: operators, conditions, statements. */
export function steps(text) {
  // What is decided when it is compiled cannot be chosen later.
  const code = text
    .replace(/\/\/.*/g, blank)
    .replace(/^#.*/gm, blank)
    .replace(/\b(static_assert|using|template|typedef)\b[^;{]*/g, blank)
    .replace(/\bif constexpr \([^\n]*\)/g, blank)
    .replace(/^.*\bconstexpr\b[^;{]*(;|\{.*$)/gm, blank);
  const found = [];
  const put = (name, start, end, to, kind) => found.push({ name, edits: [{ start, end, to, kind }] });
  for (const { 0: all, 1: operator, index } of code.matchAll(
    /(?<=[\w)\]]) (<=?|>=?|==|!=|&&|\|\||\+|-) (?=[\w(!*-])/g,
  )) {
    const start = extent(code, index, -1, strength(operator));
    const end = extent(code, index + all.length, 1, strength(operator));
    const at = code.slice(start).search(/\S/) + start;
    const whole = text.slice(at, end);
    const to = `${text.slice(at, index)} ${operators[operator]} ${text.slice(index + all.length, end)}`;
    put(`${words(whole)} -> ${words(to)}`, at, end, to, 'expression');
  }
  for (const { index, 0: all } of code.matchAll(/\bif \(/g)) {
    const start = index + all.length;
    const end = extent(code, start, 1, 0);
    const condition = text.slice(start, end);
    put(
      `if (${words(condition)}) -> if (!(${words(condition)}))`,
      start,
      end,
      `!(${condition})`,
      'condition',
    );
  }
  const statement =
    /(?<=[;{})]\s+)(?!return\b|else\b|throw\b|delete\b)(?:(?:[\w:]+(?:\.|->|\[[^\]\n]*\])?)+(?:\([^;{}]*\)| (?:[-+*|]?=) [^;{}]*|\+\+)|break|continue);/g;
  const balanced = part => part.split('(').length === part.split(')').length;
  for (const { index, 0: all } of code.matchAll(statement)) {
    if (balanced(all))
      put(
        `without ${words(text.slice(index, index + all.length))}`,
        index,
        index + all.length,
        '',
        'statement',
      );
  }
  return found;
}

// Mutants of a text that TypeScript's parser reads: one small change each, described by what stood there and what is put there,
// so that its name stays when lines around it move.
import ts from 'typescript';

const { SyntaxKind } = ts;

/** What an operator is exchanged for. */
const operators = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
};

/** What a call is exchanged for: another function, or its first argument alone (''). */
const functions = {
  add: ['sub'],
  sub: ['add'],
  mul: ['div'],
  div: ['mul'],
  max: ['min'],
  min: ['max'],
  sqrt: [''],
  abs: [''],
  neg: [''],
  sign: [''],
  'Math.max': ['Math.min'],
  'Math.min': ['Math.max'],
  'Math.sqrt': [''],
  'Math.abs': [''],
  fround: [''],
  'Math.fround': [''],
  power: [''],
  realPower: [''],
  folded: [''],
};

/** Instructions: which of their words stands for which other, and whose operands are no equals. */
const instructions = {
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  max: 'min',
  min: 'max',
  pmax: 'pmin',
  pmin: 'pmax',
};
Object.assign(instructions, {
  gt: 'ge',
  cmpgt: 'cmpge',
  cgt: 'cge',
  clt: 'cle',
  and: 'andnot',
  andnot: 'and',
  or: 'and',
});
const instruction = /^(v128\.|_mm\d*_(?:mask\w?_)?|v(?=[a-z]+q_))([a-z]+?)(?=$|_|q_)/;
const unequal = /^(sub|div|p?max|p?min|andnot|blendv?|bitselect|bsl)$/;

/** Calls whose first two arguments are no equals. */
const ordered = new Set(['sub', 'div', 'max', 'min', 'power', 'realPower']);

const words = text => text.replace(/\s+/g, ' ').trim();

/** The tree of a text. */
export const parsed = text => ts.createSourceFile('text.ts', text, ts.ScriptTarget.Latest, true);

/** A number that differs: of an index the neighbour, else twice as much, and 1 for 0. */
function otherNumber(node) {
  const { parent } = node;
  const text = node.getText();
  if (ts.isElementAccessExpression(parent)) return String(Number(text) ^ 1);
  if (ts.isCallExpression(parent) && parent.expression.getText() === 'coefficient')
    return String(Number(text) ^ 1);
  if (Number(text) === 0) return '1';
  return /^\d+$/.test(text) ? String(2 * Number(text)) : `(2 * ${text})`;
}

/**
 * What could stand in place of a node: texts, each with the node that it replaces.
 *
 * @param exchange the names that may stand for a name, at this node
 * @param also more that may stand for a node
 * @param golden as in `mutantsBelow`
 */
function alternatives(node, { exchange, also, golden }) {
  const text = n => n.getText();
  const found = [];
  const put = (to, what = node) => found.push({ node: what, to });
  if (ts.isBinaryExpression(node)) {
    const operator = operators[text(node.operatorToken)];
    if (operator) put(`${text(node.left)} ${operator} ${text(node.right)}`);
  } else if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === SyntaxKind.MinusToken || node.operator === SyntaxKind.ExclamationToken)
      put(text(node.operand));
  } else if (ts.isCallExpression(node)) {
    const name = text(node.expression);
    const [a, b, ...rest] = node.arguments.map(text);
    for (const other of functions[name] ?? []) {
      if (other === '') put(a);
      else put(`${other}(${node.arguments.map(text).join(', ')})`);
    }
    const [, before, word] = instruction.exec(name) ?? [];
    if (word) {
      const given = node.arguments.map(text);
      const types = node.typeArguments ? `<${node.typeArguments.map(text).join(', ')}>` : '';
      const rest = name.slice(before.length + word.length) + types;
      if (Object.hasOwn(instructions, word))
        put(`${before}${instructions[word]}${rest}(${given.join(', ')})`);
      if (given.length === 1 && /^(sqrt|abs|neg)$/.test(word)) put(given[0]);
      if (unequal.test(word)) {
        const first = word === 'bsl' || /mask/.test(before) ? 1 : 0;
        put(
          `${before}${word}${rest}(${given.toSpliced(first, 2, given[first + 1], given[first]).join(', ')})`,
        );
      }
      if (given.at(-1) === '_CMP_GT_OQ')
        for (const other of ['_CMP_GE_OQ', '_CMP_NLE_UQ'])
          put(`${name}(${[...given.slice(0, -1), other].join(', ')})`);
    }
    // Addresses are handed on in their order.
    const addresses = node.arguments.filter(argument => argument.getText().endsWith('At'));
    for (let i = 1; i < addresses.length && name === 'update'; i++) {
      const all = node.arguments.map(text);
      const at = node.arguments.indexOf(addresses[i]);
      [all[at - 1], all[at]] = [all[at], all[at - 1]];
      put(`update(${all.join(', ')})`);
    }
    // A sum is no number: it has no equal among what is added up.
    if (name === 'most') put(`plus(${a}, ${b}, ${b})`);
    const nan = /^(max|min)$/.test(name) && golden;
    if (ordered.has(name) && a !== b && !nan) put(`${name}(${[b, a, ...rest].join(', ')})`);
    if (name === 'select' && b !== rest[0]) put(`select(${a}, ${rest[0]}, ${b})`);
  } else if (ts.isConditionalExpression(node)) {
    put(`${text(node.condition)} ? ${text(node.whenFalse)} : ${text(node.whenTrue)}`);
  } else if (ts.isArrayLiteralExpression(node) && !isSet(node.parent)) {
    const elements = node.elements.map(text);
    for (let i = 1; i < elements.length; i++) {
      if (elements[i] === elements[i - 1]) continue;
      const swapped = elements.toSpliced(i - 1, 2, elements[i], elements[i - 1]);
      put(`[${swapped.join(', ')}]`);
    }
  } else if (ts.isNumericLiteral(node) && !isImmediate(node.parent)) put(otherNumber(node));
  else if (node.kind === SyntaxKind.TrueKeyword) put('false');
  else if (node.kind === SyntaxKind.FalseKeyword) put('true');
  else if (ts.isStringLiteral(node)) put(`'${node.text}_'`);
  else if (ts.isIdentifier(node) && isRead(node)) for (const other of exchange(node)) put(other);
  for (const other of also(node)) put(other);
  return found;
}

/** Whether a number is part of an instruction, so that nothing can choose it while the program runs. */
const isImmediate = node => ts.isCallExpression(node) && /^_mm(?!\d*_set1_)/.test(node.expression.getText());

/** Whether the order of a list says nothing. */
const isSet = node => ts.isPropertyAssignment(node) && /^(when|firstOnly)$/.test(node.name.getText());

/** Whether an operator writes to its left. */
const isAssignment = kind => kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;

/** Whether an identifier stands for a value that is read: not a name that is declared, called, assigned or a property's. */
function isRead(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isCallExpression(parent))
    return parent.expression !== node && parent.expression.getText() !== 'update';
  if (ts.isBinaryExpression(parent) && isAssignment(parent.operatorToken.kind)) return parent.right === node;
  if (ts.isPostfixUnaryExpression(parent)) return false;
  if (ts.isPrefixUnaryExpression(parent)) return !/^(\+\+|--)/.test(parent.getText());
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  return !(ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isTypeNode(parent));
}

/** Where a node is: the names of the constants, functions and properties around it. */
function placeOf(node) {
  const names = [];
  for (let at = node.parent; at; at = at.parent) {
    const name =
      ts.isVariableDeclaration(at) || ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at)
        ? at.name
        : ts.isPropertyAssignment(at)
          ? at.name
          : undefined;
    if (name) names.unshift(name.getText());
  }
  return names.join('.');
}

/** The node whose text tells where a mutant is: a name and a number say little without what is around them. */
function around(node) {
  const small = ts.isIdentifier(node) || ts.isLiteralExpression(node) || node.kind <= SyntaxKind.LastKeyword;
  if (!small) return node;
  let at = node;
  do at = at.parent;
  while (ts.isNonNullExpression(at) || ts.isElementAccessExpression(at) || ts.isPropertyAccessExpression(at));
  return at;
}

/** What stands there and what is put there, in few words: parts that stay are left out where they are long. */
function said(context, node, from, to) {
  const long = [];
  ts.forEachChild(context, child => {
    const contains = child.pos <= node.pos && node.end <= child.end && node !== context;
    if (!contains && child.getText().length > 24) long.push(child.getText());
  });
  const short = text => long.reduce((all, part, i) => all.replaceAll(part, `…${i || ''}`), text);
  return `${words(short(from))} -> ${words(short(to))}`;
}

/** Whether it is run while its module is loaded: outside of functions, or in one that is called there. */
function isEarly(node) {
  let outermost;
  for (let at = node.parent; at; at = at.parent) if (ts.isFunctionLike(at)) outermost = at;
  if (outermost === undefined) return true;
  const name = (outermost.name ?? outermost.parent?.name)?.getText();
  const calls = at =>
    !ts.isFunctionLike(at) &&
    ((ts.isCallExpression(at) && at.expression.getText() === name) || ts.forEachChild(at, calls) === true);
  return calls(node.getSourceFile());
}

function mutant(node, to) {
  const context = around(node);
  const [start, end] = [node.getStart(), node.getEnd()];
  const whole = context.getText();
  const at = start - context.getStart();
  const changed = whole.slice(0, at) + to + whole.slice(at + end - start);
  return {
    name: `${placeOf(node)}: ${said(context, node, whole, changed)}`,
    edits: [{ start, end, to, kind: 'expression' }],
    early: isEarly(node),
  };
}

/** Whether two statements can change places: neither writes what the other reads or writes. */
function independent(a, b) {
  const written = text => /^(\w+) = /.exec(text)?.[1];
  const has = (text, name) => name !== undefined && new RegExp(`\\b${name}\\b`).test(text);
  return !has(a, written(b)) && !has(b, written(a));
}

/** Statements that can be left out, and neighbours that can change places; what is declared is needed by those that follow. */
function ofStatements(list) {
  const found = [];
  list.forEach((node, i) => {
    if (!(ts.isExpressionStatement(node) || ts.isIfStatement(node))) return;
    const edit = (n, to) => ({ start: n.getStart(), end: n.getEnd(), to, kind: 'statement' });
    const text = node.getText();
    found.push({ name: `${placeOf(node)}: without ${words(text)}`, edits: [edit(node, '')] });
    const next = list[i + 1];
    if (!next || !ts.isExpressionStatement(next) || !ts.isExpressionStatement(node)) return;
    if (independent(text, next.getText())) return;
    found.push({
      name: `${placeOf(node)}: ${words(next.getText())} before ${words(text)}`,
      edits: [edit(node, `${next.getText()} ${text}`), edit(next, '')],
    });
  });
  return found;
}

/**
 * The mutants of what lies below some nodes.
 *
 * @param exchange what may stand for a name, at a node
 * @param also what else may stand for a node
 * @param skips whether nothing below a node is of interest
 * @param statements whether statements are left out and exchanged, too
 * @param golden whether what tells NaNs apart, or zeros, is left out: no golden file has any
 */
export function mutantsBelow(nodes, given) {
  const { exchange = () => [], also = () => [], skips = () => false, statements, golden } = given;
  const found = [];
  const visit = node => {
    if (skips(node) || ts.isTypeNode(node)) return;
    for (const { node: what, to } of alternatives(node, { exchange, also, golden })) {
      if (words(what.getText()) !== words(to)) found.push(mutant(what, to));
    }
    if (statements && (ts.isBlock(node) || ts.isSourceFile(node)))
      found.push(...ofStatements(node.statements));
    ts.forEachChild(node, visit);
  };
  nodes.forEach(visit);
  return found;
}

export { ts };

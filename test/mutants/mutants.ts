import { parseSync } from 'oxc-parser';

/** One small change of a file that some test ought to notice. */
export type Mutant = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The lines that change, as one line without indentation: what names the mutant, wherever in its file it stands. */
  readonly before: string;
  readonly after: string;
  /** The whole file with the change in it. */
  readonly text: string;
};

/** All mutants of a TypeScript file, in its order. Types are left alone: they are not there when it runs. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  return nodesIn(program)
    .flatMap((node) => changesOf(node, text))
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .map((change) => mutantOf(file, text, change));
}

/** What stands from `start` to `end` becomes `by`. */
type Change = { readonly start: number; readonly end: number; readonly by: string };

type Node = { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown };

const OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
};
const METHODS: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' };
/** Without these calls there is still a list, but not the one that was meant. */
const LISTS = ['filter', 'toSorted', 'toReversed', 'slice'];

function changesOf(node: Node, text: string): Change[] {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      return swapOperator(node, text);
    case 'UnaryExpression':
      return node['operator'] === '!' ? [{ start: node.start, end: node.start + 1, by: '' }] : [];
    case 'Literal':
      return otherLiteral(node);
    case 'ConditionalExpression':
      return swapBranches(node, text);
    case 'IfStatement':
      return neverLeave(node);
    case 'CallExpression':
      return otherCall(node);
    default:
      return [];
  }
}

function swapOperator(node: Node, text: string): Change[] {
  const operator = String(node['operator']);
  const other = OPERATORS[operator];
  const { left, right } = node as Node & { left: Node; right: Node };
  // A text is put together with + too, and has no -.
  if (other === undefined || (operator === '+' && [left, right].some(isText))) return [];
  const start = text.indexOf(operator, left.end);
  return [{ start, end: start + operator.length, by: other }];
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || typeof node['value'] === 'string';
}

function otherLiteral({ start, end, value }: Node): Change[] {
  if (typeof value === 'boolean') return [{ start, end, by: String(!value) }];
  return typeof value === 'number' ? [{ start, end, by: String(value + 1) }] : [];
}

function swapBranches(node: Node, text: string): Change[] {
  const { consequent: yes, alternate: no } = node as Node & { consequent: Node; alternate: Node };
  const between = text.slice(yes.end, no.start);
  const by = text.slice(no.start, no.end) + between + text.slice(yes.start, yes.end);
  return [{ start: yes.start, end: no.end, by }];
}

/** An early return, or an early turn of a loop, that is never taken. */
function neverLeave(node: Node): Change[] {
  const { test, consequent, alternate } = node as Node & { test: Node; consequent: Node; alternate: Node | null };
  if (alternate !== null || !['ReturnStatement', 'ContinueStatement', 'BreakStatement'].includes(consequent.type)) return [];
  return [{ start: test.start, end: test.end, by: 'false' }];
}

function otherCall(node: Node): Change[] {
  const { callee } = node as Node & { callee: Node };
  if (callee.type !== 'MemberExpression') return [];
  const { object, property } = callee as Node & { object: Node; property: Node };
  const name = String(property['name']);
  const other = METHODS[name];
  if (other !== undefined) return [{ start: property.start, end: property.end, by: other }];
  return LISTS.includes(name) ? [{ start: object.end, end: node.end, by: '' }] : [];
}

function mutantOf(file: string, text: string, { start, end, by }: Change): Mutant {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end) === -1 ? text.length : text.indexOf('\n', end);
  return {
    file,
    line: text.slice(0, start).split('\n').length,
    before: asOneLine(text.slice(from, to)),
    after: asOneLine(text.slice(from, start) + by + text.slice(end, to)),
    text: text.slice(0, start) + by + text.slice(end),
  };
}

function asOneLine(lines: string): string {
  return lines.replaceAll(/\s+/g, ' ').trim();
}

/** `x as T`, `x!`, `x satisfies T`: what stands before the type does run. */
const TYPED = ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'];

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (!isNode(value)) return [];
  if (TYPED.includes(value.type)) return nodesIn(value['expression']);
  if (value.type.startsWith('TS') || value.type === 'ImportDeclaration') return [];
  if (isOrder(value)) return [value, ...nodesIn(value['test'])];
  return [value, ...Object.values(value).flatMap(nodesIn)];
}

/** `a < b ? -1 : 1`: another size is the same order. */
function isOrder(node: Node): boolean {
  const isNumber = (it: unknown) => isNode(it) && (it.type === 'UnaryExpression' || typeof it['value'] === 'number');
  return (
    node.type === 'ConditionalExpression' &&
    isNode(node['consequent']) &&
    node['consequent'].type === 'UnaryExpression' &&
    isNumber(node['alternate'])
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

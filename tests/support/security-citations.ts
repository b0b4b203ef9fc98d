import { parseSync, Visitor, type CallExpression, type Node, type Program } from 'oxc-parser';

/** A test that holds a case. */
export interface HoldingTest {
  /** From the root of the repository. */
  readonly path: string;
  readonly name: string;
}

export interface SecurityCitations {
  /** By the number of the case. */
  readonly held: ReadonlyMap<number, readonly HoldingTest[]>;
  /** What is wrong with a citation, one line each. */
  readonly problems: readonly string[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface TestCall extends Span {
  /** What is called: `it`, or `it.each(rows)`. */
  readonly callee: Span;
  readonly isSuite: boolean;
  readonly neverRuns: boolean;
  readonly name: string | null;
}

interface Table extends Span {
  readonly name: string;
}

const CITATION = /\bsecurity cases? (\d+(?:, \d+)*)/g;

/**
 * Finds every `// security case 1` and `// security cases 1, 2` in test files, and the same words in names of tests. A comment stands right
 * above its test, or inside it, or beside a row of the table that it is run with.
 *
 * @param files path to text
 * @param numbers every number there is
 */
export function findSecurityCitations(files: Readonly<Record<string, string>>, numbers: ReadonlySet<number>): SecurityCitations {
  const held = new Map<number, HoldingTest[]>();
  const problems: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const { program, comments, errors } = parseSync(path, text);
    if (errors.length > 0) problems.push(`${path} does not parse`);
    const { calls, tables } = findTestCalls(program);
    const testOf = (comment: Span) => findTest(calls, comment, text) ?? findTestOfTable(calls, tables, comment, text);
    const note = (words: string, call: TestCall | undefined, place: string) => {
      for (const [, list = ''] of words.matchAll(CITATION)) {
        if (call === undefined || call.neverRuns || call.name === null) problems.push(`${place} stands at no test that runs: ${list}`);
        for (const number of list.split(', ').map(Number)) {
          if (!numbers.has(number)) problems.push(`${place} cites an unknown case: ${number}`);
          const tests = held.get(number) ?? [];
          const name = (call?.name ?? '').replace(/ \([^()]*security cases? [^()]*\)$/, '');
          if (!tests.some((test) => test.path === path && test.name === name)) held.set(number, [...tests, { path, name }]);
        }
      }
    };
    for (const comment of comments) note(comment.value, testOf(comment), `${path}:${lineOf(text, comment.start)}`);
    for (const call of calls) note(call.name ?? '', call, `${path}:${lineOf(text, call.start)}`);
  }
  return { held, problems };
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function findTest(calls: readonly TestCall[], comment: Span, text: string): TestCall | undefined {
  const code = /^(?:\s|\/\/.*\n)*/.exec(text.slice(comment.end))?.[0].length ?? 0;
  const below = calls.find(({ start }) => start === comment.end + code);
  const around = calls.filter((call) => isInside(comment, call)).toSorted((a, b) => b.start - a.start)[0];
  return below ?? (around?.isSuite === true && !isInside(comment, around.callee) ? undefined : around);
}

/** The test whose `each` names the variable in whose value the comment stands. */
function findTestOfTable(calls: readonly TestCall[], tables: readonly Table[], comment: Span, text: string): TestCall | undefined {
  const table = tables.find((each) => isInside(comment, each));
  if (table === undefined) return undefined;
  const names = new RegExp(`\\b${table.name}\\b`);
  return calls.find(({ callee }) => names.test(text.slice(callee.start, callee.end)));
}

const isInside = (inner: Span, outer: Span): boolean => outer.start < inner.start && inner.end < outer.end;

/** Calls of `it` and `describe`, of `it.each(…)` and the like: the outer call, which has the name. */
function findTestCalls(program: Program): { readonly calls: readonly TestCall[]; readonly tables: readonly Table[] } {
  const calls: TestCall[] = [];
  const tables: Table[] = [];
  const inner = new Set<Node>();
  const visitor = new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init !== null) tables.push({ name: id.name, start: init.start, end: init.end });
    },
    CallExpression(node) {
      if (inner.has(node)) return;
      if (node.callee.type === 'CallExpression') inner.add(node.callee);
      const words = calleeWords(node);
      const [kind] = words;
      if (kind !== 'it' && kind !== 'describe') return;
      calls.push({
        start: node.start,
        end: node.end,
        callee: node.callee,
        isSuite: kind === 'describe',
        neverRuns: words.includes('skip') || words.includes('todo'),
        name: nameOf(node),
      });
    },
  });
  visitor.visit(program);
  return { calls, tables };
}

/** `describe.skipIf(x).each(y)` is describe, skipIf, each. */
function calleeWords(call: CallExpression): string[] {
  const words: string[] = [];
  let at: Node = call;
  while (at.type === 'CallExpression' || at.type === 'MemberExpression') {
    if (at.type === 'MemberExpression' && at.property.type === 'Identifier') words.unshift(at.property.name);
    at = at.type === 'CallExpression' ? at.callee : at.object;
  }
  return at.type === 'Identifier' ? [at.name, ...words] : [];
}

function nameOf(call: CallExpression): string | null {
  const [first] = call.arguments;
  if (first?.type === 'Literal' && typeof first.value === 'string') return first.value;
  return first?.type === 'TemplateLiteral' ? first.quasis.map(({ value }) => value.cooked).join('…') : null;
}

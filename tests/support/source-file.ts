import { posix } from 'node:path';
import { parseSync, Visitor, type Expression, type Program, type Statement } from 'oxc-parser';

export interface SourceImport {
  readonly specifier: string;
  /** True when nothing is left of it at run time. */
  readonly typeOnly: boolean;
}

/** What the architecture rules look at, read by a parser and never by searching text. */
export interface SourceFile {
  /** From the root of the repository, e.g. `src/db/client.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly SourceImport[];
  readonly hasDefaultExport: boolean;
  readonly onlyReExports: boolean;
  readonly readsProcessEnv: boolean;
  /** Names of variables outside any function that can be assigned to or changed in place. */
  readonly mutableState: readonly string[];
}

/** Throws when the text does not parse. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map((error) => error.message).join('; ')}`);
  const imports: SourceImport[] = [];
  let hasDefaultExport = false;
  let readsProcessEnv = false;
  const visitor = new Visitor({
    ImportDeclaration(node) {
      const named = node.specifiers;
      const everyNameIsType = named.length > 0 && named.every((name) => name.type === 'ImportSpecifier' && name.importKind === 'type');
      imports.push({ specifier: node.source.value, typeOnly: node.importKind === 'type' || everyNameIsType });
      if (isProcessModule(node.source.value) && named.some((name) => name.type === 'ImportSpecifier' && nameOf(name.imported) === 'env')) {
        readsProcessEnv = true;
      }
    },
    ExportAllDeclaration(node) {
      imports.push({ specifier: node.source.value, typeOnly: node.exportKind === 'type' });
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) imports.push({ specifier: node.source.value, typeOnly: node.exportKind === 'type' });
      if (node.specifiers.some((name) => nameOf(name.exported) === 'default')) hasDefaultExport = true;
    },
    ExportDefaultDeclaration() {
      hasDefaultExport = true;
    },
    ImportExpression(node) {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') {
        imports.push({ specifier: node.source.value, typeOnly: false });
      }
    },
    TSImportType(node) {
      imports.push({ specifier: node.source.value, typeOnly: true });
    },
    MemberExpression(node) {
      const property =
        node.property.type === 'Identifier' ? node.property.name : node.property.type === 'Literal' ? node.property.value : '';
      if (node.object.type === 'Identifier' && node.object.name === 'process' && property === 'env') readsProcessEnv = true;
    },
  });
  visitor.visit(program);
  return {
    path,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports,
    hasDefaultExport,
    onlyReExports: isBarrel(program),
    readsProcessEnv,
    mutableState: program.body.flatMap((statement) => mutableNames(statement)),
  };
}

/** The repository path a relative import leads to. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

function isProcessModule(specifier: string): boolean {
  return specifier === 'process' || specifier === 'node:process';
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.type === 'Identifier' ? (node.name ?? '') : String(node.value);
}

function isBarrel(program: Program): boolean {
  const statements = program.body.filter((statement) => statement.type !== 'ImportDeclaration');
  const reExports = statements.filter(
    (statement) =>
      statement.type === 'ExportAllDeclaration' || (statement.type === 'ExportNamedDeclaration' && statement.declaration === null),
  );
  return statements.length > 0 && reExports.length === statements.length;
}

function mutableNames(statement: Program['body'][number] | Statement): string[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id, init }) => {
    const name = id.type === 'Identifier' ? id.name : 'a destructured variable';
    if (declaration.kind !== 'const') return [name];
    const annotation = id.type === 'Identifier' ? (id.typeAnnotation?.typeAnnotation ?? null) : null;
    const saysReadonly =
      (annotation?.type === 'TSTypeOperator' && annotation.operator === 'readonly') ||
      (annotation?.type === 'TSTypeReference' &&
        annotation.typeName.type === 'Identifier' &&
        annotation.typeName.name.startsWith('Readonly'));
    return !saysReadonly && isMutableCollection(init) ? [name] : [];
  });
}

const COLLECTIONS: readonly string[] = ['Map', 'Set', 'WeakMap', 'WeakSet', 'Array', 'AsyncLocalStorage'];

/** Arrays, empty objects and collections as written: what a call returns is not looked into. */
function isMutableCollection(init: Expression | null): boolean {
  if (init === null) return false;
  if (init.type === 'NewExpression') return init.callee.type === 'Identifier' && COLLECTIONS.includes(init.callee.name);
  if (init.type === 'ObjectExpression') return init.properties.length === 0;
  return init.type === 'ArrayExpression';
}

import { resolveImport, type SourceFile } from './source-file.ts';

/** Lowest first. A file may import its own folder and any floor below; folders of one floor do not know each other. */
export const FLOORS: readonly (readonly string[])[] = [
  ['buffered-request', 'collect-garbage', 'env', 'language', 'observability', 'prepared-response', 'recent-map', 'service'],
  ['db', 'mail'],
  ['authorization-server'],
  ['resource-server', 'resumes'],
  ['api', 'personal-data'],
  ['mcp', 'pages'],
  ['http'],
  ['app', 'doctor', 'storage'],
  ['commands', 'embedding'],
  ['main'],
];

const LINE_BUDGET = 250;
const GENERATED: readonly string[] = ['src/db/schema/auth.ts'];
/** The instance, and the plugins it is built of. */
const AUTH_INSTANCE: readonly string[] = ['src/authorization-server/auth.ts', 'src/authorization-server/auth-plugins.ts'];
const READERS_OF_THE_ENVIRONMENT: readonly string[] = ['src/main.ts', 'src/env.ts'];

/** Every broken rule as one line `path: what is wrong`. Give it all of src: cycles and missing files are found across files. */
export function findViolations(files: readonly SourceFile[]): string[] {
  return [...files.flatMap((file) => violationsOf(file).map((violation) => `${file.path}: ${violation}`)), ...findCycles(files)];
}

function violationsOf(file: SourceFile): string[] {
  const violations = file.imports.flatMap(({ specifier, typeOnly }) =>
    specifier.startsWith('.') ? relativeImport(file.path, specifier) : packageImport(file.path, specifier, typeOnly),
  );
  if (floorOf(file.path) === -1) violations.push(`stands on no floor: add ${unitOf(file.path)} to FLOORS and to the README's picture`);
  if (file.hasDefaultExport) violations.push('has a default export');
  if (file.onlyReExports) violations.push('only re-exports: import from the file that declares');
  if (file.readsProcessEnv && !READERS_OF_THE_ENVIRONMENT.includes(file.path)) violations.push('reads process.env');
  if (file.lines > LINE_BUDGET && !GENERATED.includes(file.path)) violations.push(`has ${file.lines} lines, more than ${LINE_BUDGET}`);
  violations.push(...file.mutableState.map((name) => `keeps state in the module: ${name}`));
  return violations;
}

function relativeImport(path: string, specifier: string): string[] {
  if (!/\.tsx?$/.test(specifier)) return [`imports ${specifier} without the extension .ts or .tsx`];
  const target = resolveImport(path, specifier);
  if (!target.startsWith('src/')) return [`imports ${specifier} from outside src`];
  const here = floorOf(path);
  const there = floorOf(target);
  if (unitOf(path) === unitOf(target) || there < here) return [];
  return [
    there === here ? `imports sideways: ${unitOf(path)} -> ${unitOf(target)}` : `imports upwards: ${unitOf(path)} -> ${unitOf(target)}`,
  ];
}

function packageImport(path: string, specifier: string, typeOnly: boolean): string[] {
  if (specifier.startsWith('#') || specifier.startsWith('@/') || specifier.startsWith('~')) return [`imports by an alias: ${specifier}`];
  if (!/^@?better-auth(?:\/|$)/.test(specifier) || AUTH_INSTANCE.includes(path)) return [];
  if (unitOf(path) === 'authorization-server')
    return typeOnly ? [] : [`imports a value of ${specifier}: only ${AUTH_INSTANCE.join(' and ')} may`];
  return [`imports ${specifier}: only authorization-server may`];
}

/** The folder under src, or the name of a file that stands in src itself. */
function unitOf(path: string): string {
  return (path.split('/')[1] ?? path).replace(/\.tsx?$/, '');
}

function floorOf(path: string): number {
  return FLOORS.findIndex((units) => units.includes(unitOf(path)));
}

/** Type-only imports count: files that need each other's types cannot be understood apart either. */
function findCycles(files: readonly SourceFile[]): string[] {
  const next = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter(({ specifier }) => specifier.startsWith('.')).map(({ specifier }) => resolveImport(file.path, specifier)),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`);
      return;
    }
    if (finished.has(path)) return;
    for (const target of next.get(path) ?? []) walk(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of next.keys()) walk(path, []);
  return cycles;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const dependenciesSchema = z.record(z.string(), z.string()).default({});
const importerSchema = z.record(z.string(), z.object({ version: z.string() })).default({});

const lockfileSchema = z.object({
  lockfileVersion: z.literal('9.0'),
  importers: z.object({ '.': z.object({ dependencies: importerSchema, optionalDependencies: importerSchema }) }),
  packages: z.record(z.string(), z.object({ resolution: z.object({ integrity: z.string() }), os: z.array(z.string()).optional() })),
  snapshots: z.record(z.string(), z.object({ dependencies: dependenciesSchema, optionalDependencies: dependenciesSchema })),
});

/** A package that a production install may hold. */
export interface ProductionPackage {
  /** `name@version`, which no other has. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Subresource integrity of what the registry sends: `sha512-…`. */
  readonly integrity: string;
  /** Whether it may be missing: reached by optional dependencies alone. */
  readonly isOptional: boolean;
  /** Ids of what it depends on. */
  readonly dependencies: readonly string[];
  /** As its own manifest says, null where it is not installed: for another platform. */
  readonly license: string | null;
}

/**
 * Reads the lockfile and the manifests of what is installed.
 *
 * @param root the folder of `pnpm-lock.yaml` and `node_modules`
 * @returns every package that the dependencies and optional dependencies reach, by id, and the ids that the project itself names
 */
export function readProductionPackages(root: string): {
  readonly packages: readonly ProductionPackage[];
  readonly direct: readonly string[];
} {
  const lockfile = lockfileSchema.parse(parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')));
  const { dependencies, optionalDependencies } = lockfile.importers['.'];
  const licenses = readInstalledLicenses(root);
  const found = new Map<string, ProductionPackage>();

  const visit = (key: string, isOptional: boolean): string => {
    const id = toId(key);
    const known = found.get(id);
    if (known !== undefined && (isOptional || !known.isOptional)) return id;
    const snapshot = lockfile.snapshots[key];
    const resolved = lockfile.packages[id];
    if (snapshot === undefined || resolved === undefined) throw new Error(`${key} is not in the lockfile`);
    const at = id.lastIndexOf('@');
    const [name, version] = [id.slice(0, at), id.slice(at + 1)];
    const entry = { id, name, version, integrity: resolved.resolution.integrity, isOptional, license: licenses.get(id) ?? null };
    // Before its dependencies: packages may depend on each other in a ring.
    found.set(id, { ...entry, dependencies: [] });
    const reached = [
      ...Object.entries(snapshot.dependencies).map(([child, of]) => visit(toKey(child, of), isOptional)),
      ...Object.entries(snapshot.optionalDependencies).map(([child, of]) => visit(toKey(child, of), true)),
    ];
    found.set(id, { ...entry, dependencies: [...new Set(reached)].toSorted() });
    return id;
  };

  const direct = [
    ...Object.entries(dependencies).map(([name, { version }]) => visit(toKey(name, version), false)),
    ...Object.entries(optionalDependencies).map(([name, { version }]) => visit(toKey(name, version), true)),
  ];
  return { packages: [...found.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1)), direct: direct.toSorted() };
}

/** An alias names the package itself behind it: `name: other@1.0.0`. */
function toKey(name: string, version: string): string {
  return /^@?[^@(]+@/.test(version) ? version : `${name}@${version}`;
}

/** Without the peers that pnpm resolved it with. */
function toId(key: string): string {
  return key.replace(/\(.*$/s, '');
}

function readInstalledLicenses(root: string): ReadonlyMap<string, string> {
  const licenses = new Map<string, string>();
  const store = join(root, 'node_modules/.pnpm');
  for (const folder of readdirSync(store)) {
    // `@scope+name@version_peers`, cut and hashed where it is long: the manifests are surer.
    const modules = join(store, folder, 'node_modules');
    if (!existsSync(modules)) continue;
    for (const name of readdirSync(modules).flatMap((entry) => (entry.startsWith('@') ? scoped(modules, entry) : [entry]))) {
      const path = join(modules, name, 'package.json');
      if (!existsSync(path)) continue;
      const manifest = z.object({ version: z.string(), license: z.string().optional() }).safeParse(JSON.parse(readFileSync(path, 'utf8')));
      if (manifest.success && manifest.data.license !== undefined) licenses.set(`${name}@${manifest.data.version}`, manifest.data.license);
    }
  }
  return licenses;
}

function scoped(modules: string, scope: string): string[] {
  return readdirSync(join(modules, scope)).map((name) => `${scope}/${name}`);
}

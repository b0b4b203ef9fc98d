import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library';
import { z } from 'zod';
import { readProductionPackages, type ProductionPackage } from './production-packages.ts';

const manifestSchema = z.object({ name: z.string(), version: z.string(), description: z.string(), license: z.string() });

/**
 * The software bill of materials of a production install, as CycloneDX 1.6 in JSON: every package with its address, the hash of what the
 * registry sends, its licence, and what it depends on. The same lockfile gives the same bytes.
 *
 * @param root the folder of `package.json`, `pnpm-lock.yaml` and `node_modules`
 */
export function buildSbom(root: string): string {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const { packages, direct } = readProductionPackages(root);
  const components = new Map(packages.map((entry) => [entry.id, toComponent(entry)]));
  const refOf = (id: string) => {
    const component = components.get(id);
    if (component === undefined) throw new Error(`${id} is no component`);
    return component.bomRef;
  };
  for (const { id, dependencies } of packages) for (const needed of dependencies) components.get(id)?.dependencies.add(refOf(needed));
  const product = new Models.Component(Enums.ComponentType.Application, manifest.name, {
    version: manifest.version,
    description: manifest.description,
    bomRef: `${manifest.name}@${manifest.version}`,
    licenses: new Models.LicenseRepository([toLicense(manifest.license)]),
  });
  for (const id of direct) product.dependencies.add(refOf(id));
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: product }) });
  for (const component of components.values()) bom.components.add(component);
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function toComponent({ id, name, version, integrity, isOptional, license }: ProductionPackage): Models.Component {
  const [, group, bare = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const [algorithm, digest = ''] = integrity.split('-');
  if (algorithm !== 'sha512') throw new Error(`${id} has no SHA-512 hash`);
  return new Models.Component(Enums.ComponentType.Library, bare, {
    group,
    version,
    bomRef: id,
    purl: `pkg:npm/${group === undefined ? '' : `${encodeURIComponent(group)}/`}${bare}@${version}`,
    scope: isOptional ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex')]]),
    licenses: new Models.LicenseRepository(license === null ? [] : [toLicense(license)]),
  });
}

/** An id of SPDX, or an expression of several. */
function toLicense(expression: string): Models.SpdxLicense | Models.LicenseExpression {
  return SPDX.isSupportedSpdxId(expression) ? new Models.SpdxLicense(expression) : new Models.LicenseExpression(expression);
}

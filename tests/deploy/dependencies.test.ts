import { fileURLToPath } from 'node:url';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import satisfies from 'spdx-satisfies';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readProductionPackages } from './support/production-packages.ts';
import { buildSbom } from './support/sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { packages, direct } = readProductionPackages(ROOT);

/** Licences that let anybody run, change and pass on the whole under MIT, for no more than keeping their notices. */
const ALLOWED: readonly string[] = ['MIT', 'MIT-0', '0BSD', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

/** The compiler of PDFs for other platforms: not installed here, built from one source under one licence. */
const OF_OTHER_PLATFORMS = /^@myriaddreamin\/typst-ts-node-compiler-/;

describe('the packages of a production install', () => {
  it('are those that the project names and what these need', () => {
    expect(direct.length).toBeGreaterThan(20);
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(({ name }) => ['vitest', 'typescript', 'drizzle-kit'].includes(name))).toEqual([]);
  });

  // proves deployment:licences
  it('have licences on the list', () => {
    const known = packages.filter(({ license }) => license !== null);
    expect(known.filter(({ license }) => !satisfies(license ?? '', [...ALLOWED])).map(({ id, license }) => `${id}: ${license}`)).toEqual(
      [],
    );
    expect(satisfies('GPL-3.0-only OR MIT', [...ALLOWED])).toBe(true);
    expect(satisfies('AGPL-3.0-only', [...ALLOWED])).toBe(false);
  });

  it('all say which licence they have, but for those of other platforms', () => {
    const silent = packages.filter(({ license }) => license === null).map(({ name }) => name);
    expect(silent.filter((name) => !OF_OTHER_PLATFORMS.test(name))).toEqual([]);
  });
});

describe('the software bill of materials', () => {
  const text = buildSbom(ROOT);
  const componentSchema = z.object({
    'bom-ref': z.string(),
    purl: z.string(),
    scope: z.string(),
    hashes: z.array(z.object({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) })).length(1),
  });
  const bom = z
    .object({
      components: z.array(componentSchema),
      dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
    })
    .parse(JSON.parse(text));

  it('is what CycloneDX 1.6 says', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    expect(await validator.validate(text.replace('"SHA-512"', '"SHA-9"'))).not.toBeNull();
  });

  it('has every package with its address and its hash, and what depends on what', () => {
    expect(bom.components.map((component) => component['bom-ref']).toSorted()).toEqual(packages.map(({ id }) => id).toSorted());
    const oauth = bom.components.find((component) => component['bom-ref'].startsWith('@better-auth/oauth-provider@'));
    expect(oauth?.purl).toMatch(/^pkg:npm\/%40better-auth\/oauth-provider@1\./);
    const scopeOf = (start: string) => bom.components.find((component) => component['bom-ref'].startsWith(start))?.scope;
    expect([scopeOf('@myriaddreamin/'), scopeOf('better-auth@')]).toEqual(['optional', 'required']);
    const product = bom.dependencies.find(({ ref }) => ref.startsWith('vitae@'));
    expect(product?.dependsOn.toSorted()).toEqual(direct);
  });

  it('is the same each time', () => {
    expect(buildSbom(ROOT)).toBe(text);
  });
});

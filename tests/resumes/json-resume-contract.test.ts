import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseResume, resumeSchema } from '../../src/resumes/resume.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { resumeArbitrary } from '../support/resume-arbitrary.ts';

interface StandardSchema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, StandardSchema>>;
  readonly items?: StandardSchema;
}

const require = createRequire(import.meta.url);
const standard = require('@jsonresume/schema') as {
  readonly schema: StandardSchema;
  validate(document: unknown, callback: (errors: unknown, valid?: boolean) => void): void;
};

function isStandard(document: unknown): boolean {
  let valid = false;
  standard.validate(document, (errors, accepted) => {
    valid = errors === null && accepted === true;
  });
  return valid;
}

/** Every leaf as `pointer type format`, so that two schemas can be compared whatever else they say. */
function shapeOf(schema: StandardSchema, pointer = ''): string[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, member]) => shapeOf(member, `${pointer}/${name}`));
  }
  if (schema.items !== undefined) return shapeOf(schema.items, `${pointer}/*`);
  const isDate = schema.$ref === '#/definitions/iso8601' || /(?:^|\/)(?:startDate|endDate|releaseDate|date)$/.test(pointer);
  return [`${pointer} ${isDate ? 'partial date' : `${schema.type ?? ''} ${schema.format ?? ''}`.trim()}`];
}

describe('the contract with JSON Resume (@jsonresume/schema 1.3)', () => {
  it('knows exactly the members of the standard, with its types and formats, and its own under /meta/vitae alone', () => {
    const ours = z.toJSONSchema(resumeSchema) as StandardSchema;
    const standardLeaves = shapeOf(ours).filter((leaf) => !leaf.startsWith('/meta/vitae/'));
    expect(standardLeaves.toSorted()).toEqual(shapeOf(standard.schema).toSorted());
  });

  it.each([
    'sample.resume.json',
    'examples/career-changer.resume.json',
    'examples/new-grad.resume.json',
    'examples/senior-engineer.resume.json',
  ])('takes the published %s and gives it back unchanged', (file) => {
    const document: unknown = JSON.parse(readFileSync(require.resolve(`@jsonresume/schema/${file}`), 'utf8'));
    const result = parseResume(document);
    expect(result.ok ? result.resume : result).toEqual(document);
  });

  // proves resumes:schema
  it('stores nothing that the standard would refuse', () => {
    expect(isStandard(buildSampleResume())).toBe(true);
    fc.assert(
      fc.property(resumeArbitrary, (resume) => {
        expect(isStandard(resume)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { basics: 'Ana' },
    { basics: { email: 'nobody' } },
    { basics: { url: 'no url' } },
    { basics: { profiles: {} } },
    { work: [{ startDate: '01.02.2020' }] },
    { work: [{ startDate: '' }] },
    { work: [{ url: '' }] },
    { work: ['Acme'] },
    { skills: [{ keywords: 'SQL' }] },
    { references: [{ name: 7 }] },
    { meta: { canonical: '/me' } },
    { $schema: 5 },
    [],
  ])('refuses %j as the standard does', (document) => {
    expect(isStandard(document)).toBe(false);
    expect(parseResume(document).ok).toBe(false);
  });

  it.each([
    ['a day that no calendar has', { work: [{ startDate: '2023-02-31' }] }],
    ['a month that no calendar has', { work: [{ startDate: '2023-19' }] }],
    ['a link that runs script', { basics: { url: 'javascript:alert(1)' } }],
    ['a scheme that nobody can open', { basics: { url: 'x:y' } }],
  ])('is stricter only where it says so: %s', (_name, document) => {
    expect(isStandard(document)).toBe(true);
    expect(parseResume(document).ok).toBe(false);
  });
});

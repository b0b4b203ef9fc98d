import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildEmptyResume, MAX_RESUME_BYTES, parseResume, resumeSchema } from '../../src/resumes/resume.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';

function problemsOf(value: unknown) {
  const result = parseResume(value);
  if (result.ok || !('problems' in result)) throw new Error('no problems');
  return result.problems;
}

describe('a resume document', () => {
  it.each([
    ['/basics/email', { basics: { email: 'ana at example' } }, 'an e-mail address'],
    ['/work/0/endDate', { work: [{ endDate: 'Present' }] }, 'YYYY-MM'],
    ['/work/0/endDate', { work: [{ endDate: null }] }, 'leave the member out'],
    ['/work/1/startDate', { work: [{}, { startDate: '2023-02-30' }] }, 'a day that exists'],
    ['/work/0/startDate', { work: [{ startDate: '2023-13' }] }, 'YYYY-MM'],
    ['/basics/profiles/0/url', { basics: { profiles: [{ url: 'github.com/ana' }] } }, 'an absolute URL'],
    ['/basics/url', { basics: { url: 'javascript:alert(1)' } }, 'an absolute URL'],
    ['/basics/url', { basics: { url: 'data:text/html,<script>' } }, 'an absolute URL'],
    ['/basics/url', { basics: { url: ' https://example.org' } }, 'an absolute URL'],
    ['/skills/0/keywords/1', { skills: [{ keywords: ['a', 2] }] }, 'text'],
    ['/work', { work: {} }, 'a list of objects'],
    ['/basics', { basics: [] }, 'an object'],
    ['', [], 'an object'],
    ['', null, 'an object'],
    ['/a~1b/c~0d', { 'a/b': { 'c~d': 'nul\0' } }, 'NUL'],
    ['/basics/name', { basics: { name: '\uD800' } }, 'well-formed'],
    ['/x', { x: Number.NaN }, 'a finite number'],
    ['/x', { x: new Date(0) }, 'a JSON value'],
    ['', JSON.parse('{"__proto__":{}}'), '__proto__'],
  ])('names %s when a document is refused (case %#)', (pointer, value, expected) => {
    expect(problemsOf(value).find((problem) => problem.pointer === pointer)?.expected).toContain(expected);
  });

  it('reports every bad value at once', () => {
    expect(problemsOf({ basics: { email: 'x', url: 'y' }, awards: [{ date: 'z' }] }).map((problem) => problem.pointer)).toEqual([
      '/basics/email',
      '/basics/url',
      '/awards/0/date',
    ]);
  });

  it('keeps members it does not know, wherever they stand', () => {
    const document = {
      basics: { name: 'Ana', pronouns: 'she', location: { floor: 3 } },
      work: [{ name: 'Acme', 'x-team': ['a', { deep: [null, true, 1.5] }] }],
      meta: { theme: { colour: '#123456' } },
      custom: { constructor: 'kept' },
    };
    const result = parseResume(document);
    expect(result.ok && result.resume).toEqual(document);
  });

  // proves resumes:size
  it('refuses one byte more than 256 KiB', () => {
    const overhead = JSON.stringify({ x: '' }).length;
    expect(parseResume({ x: 'a'.repeat(MAX_RESUME_BYTES - overhead) }).ok).toBe(true);
    expect(parseResume({ x: 'a'.repeat(MAX_RESUME_BYTES - overhead + 1) })).toEqual({ ok: false, bytes: MAX_RESUME_BYTES + 1 });
    expect(parseResume({ x: 'é'.repeat(MAX_RESUME_BYTES / 2) }).ok).toBe(false);
  });

  it('answers its members in the order of the standard', () => {
    const result = parseResume({ work: [{ position: 'Engineer', name: 'Acme' }], basics: {}, extra: 1 });
    expect(result.ok && Object.keys(result.resume)).toEqual(['basics', 'work', 'extra']);
    expect(result.ok && Object.keys(result.resume.work?.[0] ?? {})).toEqual(['name', 'position']);
  });

  it('has an empty and a sample document that are valid', () => {
    expect(parseResume(buildEmptyResume()).ok).toBe(true);
    expect(parseResume(buildSampleResume()).ok).toBe(true);
  });
});

describe('the JSON Schema a model reads', () => {
  it('describes every member', () => {
    const bare: string[] = [];
    const visit = (name: string, schema: z.core.JSONSchema.JSONSchema) => {
      for (const [member, value] of Object.entries(schema.properties ?? {})) {
        if (typeof value === 'boolean') continue;
        if (value.description === undefined) bare.push(`${name}/${member}`);
        visit(`${name}/${member}`, value);
        if (typeof value.items === 'object' && !Array.isArray(value.items)) visit(`${name}/${member}/*`, value.items);
      }
    };
    visit('', z.toJSONSchema(resumeSchema));
    expect(bare).toEqual([]);
  });
});

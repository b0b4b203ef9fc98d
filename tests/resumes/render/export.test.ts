import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { requireImportable } from '../../../src/resumes/import/import-document.ts';
import { EXPORT_FORMATS, exportResume } from '../../../src/resumes/render/export.ts';
import type { Resume } from '../../../src/resumes/resume.ts';
import { buildSampleResume } from '../../../src/resumes/sample.ts';
import { resumeArbitrary } from '../../support/resume-arbitrary.ts';
import { fillWith, HOSTILE_TEXTS } from './hostile.ts';

const contentOf = (resume: Resume, format: (typeof EXPORT_FORMATS)[number]) => exportResume(resume, format).content;

describe('the export of a resume as JSON', () => {
  it('imports back as it was', () => {
    fc.assert(
      fc.property(resumeArbitrary, (resume) => {
        expect(requireImportable(JSON.parse(contentOf(resume, 'json')))).toEqual(resume);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a reader is shown', () => {
  it('is text for every resume there can be, in every format', () => {
    fc.assert(
      fc.property(resumeArbitrary, (resume) => {
        for (const format of EXPORT_FORMATS) expect(contentOf(resume, format)).toMatch(/\n$/);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['markdown', 'html', 'text'] as const)('holds every text of the sample as %s', (format) => {
    const content = format === 'html' ? parse(contentOf(buildSampleResume(), format)).text : contentOf(buildSampleResume(), format);
    for (const text of [
      'Mara Lindqvist',
      'Northwind Freight',
      'Mar 2021 – present',
      'Chalmers',
      'Query planning',
      'Jonas Berg',
      'Tidewatch',
    ])
      expect(content).toContain(text);
  });

  it('follows the order, the visibility, the language and the sections of the settings', () => {
    const vitae = {
      language: 'de',
      sectionOrder: ['skills', 'custom:talks', 'work'],
      hiddenSections: ['references', 'interests'],
      customSections: [{ id: 'talks', title: 'Vorträge', entries: [{ title: 'Über Warteschlangen', startDate: '2024-05' }] }],
    } as const;
    const shown = { ...buildSampleResume(), meta: { vitae: structuredClone(vitae) } } as unknown as Resume;
    const headings = [...contentOf(shown, 'markdown').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings.slice(0, 4)).toEqual(['Kenntnisse', 'Vorträge', 'Berufserfahrung', 'Profil']);
    expect(headings).not.toContain('Referenzen');
    expect(contentOf(shown, 'text')).toContain('März 2021 – heute');
    expect(contentOf(shown, 'html')).toContain('lang="de" dir="ltr"');
    expect(contentOf(shown, 'html')).not.toContain('Jonas Berg');
  });

  it('reads from the right in a language that does', () => {
    expect(contentOf({ meta: { vitae: { language: 'fa' } } }, 'html')).toContain('lang="fa" dir="rtl"');
  });

  it('is a document even when there is nothing to show', () => {
    expect(contentOf({}, 'html')).toContain('<main class="resume classic">');
  });
});

describe('hostile content', () => {
  it.each(HOSTILE_TEXTS)('is text in HTML: %s', (text) => {
    const html = contentOf(fillWith(text), 'html');
    const document = parse(html);
    const tags = new Set(document.querySelectorAll('*').map((element) => element.rawTagName.toLowerCase()));
    for (const tag of ['script', 'img', 'svg', 'iframe', 'object', 'form', 'b']) expect(tags).not.toContain(tag);
    expect(document.querySelectorAll('style')).toHaveLength(1);
    const attributes = document.querySelectorAll('*').flatMap((element) => Object.entries(element.attributes));
    expect(attributes.filter(([name]) => /^on/i.test(name))).toEqual([]);
    expect(attributes.filter(([name, value]) => name === 'href' && !/^(?:https?:|mailto:|tel:)/.test(value))).toEqual([]);
    expect(html.replaceAll('\n', '')).not.toMatch(/\p{Control}/u);
  });

  it.each(HOSTILE_TEXTS)('is text in Markdown: %s', (text) => {
    const markdown = contentOf(fillWith(text), 'markdown');
    expect(markdown).not.toMatch(/(?<!\\)[<>](?!https?:|mailto:|tel:|\)|\s)/);
    expect(markdown).not.toMatch(/(?<!\\)\]\((?!<(?:https?:|mailto:|tel:))/);
    expect(markdown).not.toMatch(/(?<!\\)`/);
    expect(markdown).not.toContain('\u001B');
  });

  it('can neither link nor load', () => {
    const resume = {
      basics: { url: 'urn:isbn:0', image: 'https://tracker.example/p.png', profiles: [{ network: 'x', url: 'ftp://example.org/' }] },
      work: [{ name: 'a', url: 'https://example.org/?q="><script>' }],
    };
    const html = contentOf(resume, 'html');
    expect(html).not.toContain('tracker.example');
    expect(html).not.toMatch(/href="(?:urn|ftp):/);
    expect(html).toContain('href="https://example.org/?q=%22%3E%3Cscript%3E"');
  });

  it('can not reach the stylesheet, which is the only one the document allows', () => {
    const html = contentOf(buildSampleResume(), 'html');
    expect(html).toMatch(/default-src (?:'|&#39;)none(?:'|&#39;); style-src (?:'|&#39;)sha256-/);
    expect(html).not.toMatch(/style="|url\(|@import/);
  });
});

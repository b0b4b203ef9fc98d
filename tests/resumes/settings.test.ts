import { describe, expect, it } from 'vitest';
import { parseResume } from '../../src/resumes/resume.ts';

const withSettings = (vitae: unknown) => parseResume({ meta: { vitae } });

describe('our settings in a document (meta.vitae)', () => {
  it('are kept as they are, unknown ones too', () => {
    const vitae = {
      template: 'modern',
      pageSize: 'Letter',
      language: 'pt-BR',
      colors: { accent: '#a1b2c3', paper: 'kept' },
      sectionOrder: ['summary', 'skills', 'custom:talks', 'work'],
      hiddenSections: ['references'],
      sectionTitles: { work: 'Selected work', summary: 'About me' },
      hiddenImage: '/uploads/me.webp',
      customSections: [
        { id: 'talks', title: 'Talks', entries: [{ title: 'On queues', startDate: '2024-05', url: 'https://example.org/' }] },
      ],
      future: [1],
    };
    const result = withSettings(vitae);
    expect(result.ok && result.resume).toEqual({ meta: { vitae } });
  });

  it.each([
    ['/meta/vitae', 'classic', 'an object'],
    ['/meta/vitae/template', { template: 'onyx' }, 'classic, modern, compact'],
    ['/meta/vitae/pageSize', { pageSize: 'A5' }, 'A4, Letter'],
    ['/meta/vitae/language', { language: 'not a tag' }, 'BCP 47'],
    ['/meta/vitae/colors/accent', { colors: { accent: 'red' } }, '#rrggbb'],
    ['/meta/vitae/colors/accent', { colors: { accent: '#fff;}body{display:none' } }, '#rrggbb'],
    ['/meta/vitae/sectionOrder/1', { sectionOrder: ['work', 'jobs'] }, 'custom:'],
    ['/meta/vitae/sectionTitles/work', { sectionTitles: { work: 7 } }, 'text'],
    ['/meta/vitae/sectionOrder', { sectionOrder: ['work', 'work'] }, 'every section once'],
    ['/meta/vitae/hiddenSections/0', { hiddenSections: ['custom:Ä'] }, 'custom:'],
    ['/meta/vitae/customSections/0/id', { customSections: [{ id: 'A B', title: 'x' }] }, 'lower-case'],
    ['/meta/vitae/customSections/0/title', { customSections: [{ id: 'a' }] }, 'text'],
    [
      '/meta/vitae/customSections',
      {
        customSections: [
          { id: 'a', title: 'x' },
          { id: 'a', title: 'y' },
        ],
      },
      'every id once',
    ],
    [
      '/meta/vitae/customSections/0/entries/0/url',
      { customSections: [{ id: 'a', title: 'x', entries: [{ url: 'javascript:1' }] }] },
      'URL',
    ],
  ])('are refused by pointer: %s (case %#)', (pointer, vitae, expected) => {
    const result = withSettings(vitae);
    const problems = !result.ok && 'problems' in result ? result.problems : [];
    expect(problems.find((problem) => problem.pointer === pointer)?.expected).toContain(expected);
  });
});

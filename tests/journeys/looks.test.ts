import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPdfRenderer } from '../../src/resumes/render/pdf/pdf-renderer.ts';
import { renderHtml } from '../../src/resumes/render/html.tsx';
import type { ResumeView } from '../../src/resumes/render/view-model.ts';
import { buildResumeView } from '../../src/resumes/render/view.ts';
import { parseResume } from '../../src/resumes/resume.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { TEMPLATE_NAMES } from '../../src/resumes/settings.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { findPdfToText, readPdfText, renderPdfPage } from '../support/pdf-text.ts';
import { difference, differenceFromKept, TOLERANCE, toGrid } from './support/picture-grid.ts';

const hasChromium = findChromium() !== null;
const hasPdfToText = findPdfToText() !== null;
if (!hasChromium) process.stderr.write('tests/journeys/looks.test.ts: skipped, no Chromium on this machine\n');

/** An A4 page at 96 dots per inch. */
const PAPER = { width: 794, height: 1123 };
const RIGHT_TO_LEFT = {
  basics: {
    name: 'ליאת כהן',
    label: 'מהנדסת תוכנה',
    email: 'liat@example.org',
    phone: '+972 3 123 4567',
    summary: 'בונה מערכות תשלום כבר תשע שנים.',
  },
  work: [
    {
      position: 'מהנדסת בכירה',
      name: 'חברת הובלה',
      startDate: '2021-03',
      location: 'חיפה',
      highlights: ['קיצרה את זמן ההזמנה', 'הובילה צוות'],
    },
  ],
  skills: [{ name: 'מסדי נתונים', level: 'מומחית', keywords: ['PostgreSQL', 'SQL'] }],
};
const LONG_WORDS = {
  basics: { name: 'x'.repeat(120), label: 'y'.repeat(200), url: `https://example.org/${'z'.repeat(300)}`, summary: 'W'.repeat(400) },
  work: [
    { position: 'P'.repeat(150), name: 'N'.repeat(150), location: 'L'.repeat(90), startDate: '2020-01', highlights: ['H'.repeat(400)] },
  ],
  skills: [{ name: 'S'.repeat(100), keywords: ['k'.repeat(200)] }],
};
const MANY_PAGES = { ...buildSampleResume(), work: Array.from({ length: 60 }, () => buildSampleResume().work ?? []).flat() };

const renderer = createPdfRenderer();
let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await launchChromium();
});
afterAll(async () => {
  if (hasChromium) await browser.close();
  await renderer.close();
});

function toView(document: object, template: string, settings: object): ResumeView {
  const parsed = parseResume({ ...document, meta: { vitae: { template, ...settings } } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return buildResumeView(parsed.resume);
}

function toHtml(document: object, template: string, settings: object = {}): string {
  return renderHtml(toView(document, template, settings)).html;
}

async function toPdf(document: object, template: string, settings: object = {}): Promise<Uint8Array> {
  const made = await renderer.render(toView(document, template, settings));
  if (!made.ok) throw new Error(`${made.reason}: ${made.detail}`);
  return made.bytes;
}

async function open(
  html: string,
  width = PAPER.width,
  deviceScaleFactor = 1,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: PAPER.height }, deviceScaleFactor });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => complaints.push(request.url()));
  await page.setContent(html);
  return { page, complaints };
}

async function screenshot(html: string): Promise<Buffer> {
  const { page } = await open(html, PAPER.width, 0.5);
  await page.emulateMedia({ media: 'print' });
  const png = await page.screenshot({ clip: { x: 0, y: 0, ...PAPER } });
  await page.close();
  return png;
}

const REFERENCES = [
  ...TEMPLATE_NAMES.map((template) => ({ name: template, html: () => toHtml(buildSampleResume(), template) })),
  { name: 'modern-right-to-left', html: () => toHtml(RIGHT_TO_LEFT, 'modern', { language: 'he' }) },
];

describe.skipIf(!hasChromium)('the looks of a resume', () => {
  it.each(REFERENCES)('are those of the picture $name', async ({ name, html }) => {
    expect(await differenceFromKept(browser, name, await screenshot(html()))).toBeLessThan(TOLERANCE);
  });

  it
    .skipIf(!hasPdfToText)
    .each([
      ...TEMPLATE_NAMES.map((template) => ({ name: `pdf-${template}`, pdf: () => toPdf(buildSampleResume(), template) })),
      { name: 'pdf-compact-right-to-left', pdf: () => toPdf(RIGHT_TO_LEFT, 'compact', { language: 'he' }) },
    ])('are in the PDF those of the picture $name', async ({ name, pdf }) => {
    expect(await differenceFromKept(browser, name, await renderPdfPage(await pdf()))).toBeLessThan(TOLERANCE);
  });

  it.skipIf(!hasPdfToText).each(TEMPLATE_NAMES)('never part a contact over two lines in the PDF (%s)', async (template) => {
    const lines = (await readPdfText(await toPdf(buildSampleResume(), template), '-layout')).split('\n');
    expect(lines.some((line) => line.includes('GitHub: mara-example'))).toBe(true);
  });

  it('differ between templates by more than the tolerance', async () => {
    const [classic, modern, compact] = await Promise.all(
      TEMPLATE_NAMES.map(async (template) => toGrid(browser, await screenshot(toHtml(buildSampleResume(), template)))),
    );
    for (const [left, right] of [
      [classic, compact],
      [modern, compact],
    ])
      expect(difference(left ?? [], right ?? [])).toBeGreaterThan(TOLERANCE);
  });

  describe.each(TEMPLATE_NAMES)('in the template %s', (template) => {
    it.each([
      ['the sample', buildSampleResume(), {}],
      ['long words', LONG_WORDS, {}],
      ['right to left', RIGHT_TO_LEFT, { language: 'he' }],
      ['nothing', {}, {}],
    ])('hold %s on paper and on a phone, ask nobody for anything, and are accessible', async (_what, document, settings) => {
      for (const width of [PAPER.width, 320]) {
        const { page, complaints } = await open(toHtml(document, template, settings), width);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.evaluate(axe.source);
        const found = await page.evaluate<AxeResults>('axe.run({ runOnly: ["wcag2a", "wcag2aa"] })');
        expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      }
    });

    it('print on the paper that was asked for, over as many pages as it takes', async () => {
      const { page } = await open(toHtml(MANY_PAGES, template, { pageSize: 'Letter' }));
      const pdf = (await page.pdf({ preferCSSPageSize: true, tagged: true })).toString('latin1');
      expect(pdf).toMatch(/\/MediaBox \[0 0 612 792\]/);
      expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(5);
      await page.close();
    });
  });
});

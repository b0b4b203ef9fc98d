import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createPdfRenderer } from '../../../src/resumes/render/pdf/pdf-renderer.ts';
import { buildResumeView } from '../../../src/resumes/render/view.ts';
import { parseResume, type Resume } from '../../../src/resumes/resume.ts';
import { buildSampleResume } from '../../../src/resumes/sample.ts';
import { TEMPLATE_NAMES } from '../../../src/resumes/settings.ts';
import { findPdfToText, readPdfText } from '../../support/pdf-text.ts';
import { fillWith, HOSTILE_TEXTS } from './hostile.ts';

const renderer = createPdfRenderer();
afterAll(() => renderer.close());

// Without a reader the structure alone is checked, and the run says so.
const hasPdfToText = findPdfToText() !== null;
if (!hasPdfToText) process.stderr.write('pdftotext is missing (apt-get install poppler-utils): texts of PDFs are not read back\n');

function requireParsed(document: unknown): Resume {
  const parsed = parseResume(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.resume;
}

async function renderPdf(document: unknown): Promise<Buffer> {
  const outcome = await renderer.render(buildResumeView(requireParsed(document)));
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return Buffer.from(outcome.bytes);
}

const withTemplate = (document: Resume, template: string, more: object = {}) => ({ ...document, meta: { vitae: { template, ...more } } });

describe.each(TEMPLATE_NAMES)('a PDF in the template %s', (template) => {
  it('is tagged, in its language, and of the size that was asked for', async () => {
    const pdf = (await renderPdf(withTemplate(buildSampleResume(), template, { language: 'de', pageSize: 'Letter' }))).toString('latin1');
    expect(pdf).toMatch(/^%PDF-1\.\d/);
    expect(pdf).toContain('/StructTreeRoot');
    expect(pdf).toMatch(/\/Lang\s*\(de\)/);
    expect(pdf).toMatch(/\/MediaBox\s*\[0 0 612 792\]/);
  });

  it.skipIf(!hasPdfToText)('gives every text back in Unicode', async () => {
    const name = 'Łukasz Øre “q” – ЖΩ';
    const text = await readPdfText(await renderPdf(withTemplate({ ...buildSampleResume(), basics: { name } }, template)));
    expect(text).toContain(name);
    expect(text).toContain('Certified');
    for (const part of ['Northwind Freight', 'Mar 2021 – present', 'Öresund Pay', '99.8 %', 'Jonas Berg']) expect(text).toContain(part);
  });

  it.skipIf(!hasPdfToText)('keeps the head of every entry with its body over many pages', async () => {
    const jobs = Array.from({ length: 60 }, (_unused, index) => ({
      position: `Position-${index}`,
      name: `Employer-${index}`,
      startDate: '2020-01',
      summary: `Body-${index} ${'words '.repeat(10 + ((index * 37) % 90))}`,
    }));
    const pages = (await readPdfText(await renderPdf(withTemplate({ work: jobs }, template)))).split('\f');
    expect(pages.length).toBeGreaterThan(5);
    const parted = jobs.filter((_job, index) => {
      const page = pages.find((text) => new RegExp(`Position-${index}\\b`).test(text));
      return page === undefined || !new RegExp(`Body-${index}\\b`).test(page);
    });
    expect(parted).toEqual([]);
  });

  it.each([
    ['empty', {}],
    [
      'of long words',
      {
        basics: { name: 'x'.repeat(500) },
        work: [{ position: 'y'.repeat(500), location: 'z'.repeat(300), highlights: ['w'.repeat(2000)] }],
      },
    ],
    ['from right to left', { basics: { name: 'ליאת כהן', summary: 'مرحبا بالعالم hello 123' }, meta: { vitae: { language: 'he' } } }],
  ])('is made of a resume %s', async (_what, document) => {
    const made = await renderPdf(withTemplate(requireParsed(document), template));
    expect(made.length).toBeGreaterThan(1_000);
  });
});

describe('hostile content in a PDF', () => {
  it.each(HOSTILE_TEXTS)('is text: %s', async (text) => {
    const pdf = (await renderPdf(fillWith(text))).toString('latin1');
    expect(pdf).not.toMatch(/\/(?:JavaScript|JS|Launch|EmbeddedFile|GoToR|SubmitForm)\b/);
    expect(pdf).not.toMatch(/\/URI\s*\([^)]*tracker\.example/);
  });

  // security case 56
  it('makes nobody fetch a picture', async () => {
    const requests: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const picture = { url: `http://127.0.0.1:${port}/picture.png` };
    const image = picture.url;
    await renderPdf({ basics: { name: 'x', image, picture, summary: `#image("${image}")` }, picture, meta: { vitae: { picture: image } } });
    server.close();
    await once(server, 'close');
    expect(requests).toEqual([]);
  });
});

describe('the renderer', () => {
  it('serves requests that come at once, and starts again after it was closed', async () => {
    const own = createPdfRenderer();
    const view = buildResumeView(buildSampleResume());
    const made = await Promise.all(Array.from({ length: 8 }, () => own.render(view)));
    expect(made.map(({ ok }) => ok)).toEqual(Array.from({ length: 8 }, () => true));
    await own.close();
    expect((await own.render(view)).ok).toBe(true);
    await own.close();
  });

  it('refuses more than it can hold', async () => {
    const own = createPdfRenderer();
    const view = buildResumeView({});
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => own.render(view)));
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'busy')).toHaveLength(8);
    await own.close();
  });
});

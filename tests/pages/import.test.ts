import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { parseHtml, readableText } from '../support/html-form.ts';
import { REACTIVE_RESUME_V5 } from '../resumes/import/reactive-resume-v5.ts';

let app: TestApp;
let owner: Person;
beforeAll(async () => {
  app = await createTestApp();
  owner = await signUp(app, 'Ana');
});
afterAll(() => app.close());

const RESUME = {
  basics: { name: 'Ana Lima', email: 'ana@example.org' },
  work: [{ name: 'Acme', position: 'Engineer' }],
  'x-own': { kept: true },
};

/** Sends the page's form with a file, as a browser does. */
async function send(file: BlobPart, csrf?: string): Promise<Response> {
  const page = await owner.browser.open('/resumes/import');
  const form = new FormData();
  form.set('csrf', csrf ?? page.document.querySelector('form[action="/resumes/import"] input[name=csrf]')?.getAttribute('value') ?? '');
  form.set('file', new Blob([file], { type: 'application/json' }), 'resume.json');
  return owner.browser.fetch('/resumes/import', { method: 'POST', body: form, redirect: 'manual' });
}

async function textOf(response: Response): Promise<string> {
  return readableText(parseHtml(await response.text()));
}

async function readData(id: string): Promise<unknown> {
  const response = await owner.browser.fetch(`/api/v1/resumes/${id}`);
  return ((await response.json()) as { data: unknown }).data;
}

async function countResumes(): Promise<number> {
  const response = await owner.browser.fetch('/api/v1/resumes');
  return ((await response.json()) as { resumes: unknown[] }).resumes.length;
}

describe('importing a file on the page', () => {
  it.each([
    ['JSON Resume', JSON.stringify(RESUME)],
    ['JSON Resume with a byte order mark', `\uFEFF${JSON.stringify(RESUME)}`],
  ])('makes a resume of %s, unchanged', async (_what, file) => {
    const response = await send(file);
    const [, id = ''] = /^\/resumes\/([\w-]+)\?done=imported$/.exec(response.headers.get('location') ?? '') ?? [];
    expect(response.status).toBe(303);
    expect(await readData(id)).toEqual(RESUME);
    const page = await owner.browser.open(`/resumes/${id}?done=imported`);
    expect([page.heading(), page.text().includes('The resume has been imported.')]).toEqual(['Ana Lima', true]);
  });

  it('makes a resume of an export of Reactive Resume', async () => {
    const response = await send(JSON.stringify(REACTIVE_RESUME_V5));
    expect(await textOf(await owner.browser.fetch(response.headers.get('location') ?? ''))).toContain('Lead data engineer, Rota Norte');
  });

  it.each([
    ['nothing', '', 'Choose a file.'],
    ['what is not JSON', '%PDF-1.7', 'This file is not JSON.'],
    ['what only looks like text', Buffer.from(JSON.stringify(RESUME), 'utf16le'), 'This file is not JSON.'],
    ['a list', '[]', 'The whole file: expected an object'],
    ['a bad value', JSON.stringify({ basics: { email: 'nobody', name: 7 } }), '/basics/name: expected text/basics/email: expected'],
    ['an old export', JSON.stringify({ basics: {}, metadata: {}, sections: { work: {} } }), 'This is an export of Reactive Resume v3.'],
    ['more than a resume can be', JSON.stringify({ basics: { summary: 'x'.repeat(300_000) } }), 'larger than a resume can be'],
  ])('takes nothing of %s, and says why', async (_what, file, said) => {
    const before = await countResumes();
    const response = await send(file);
    const text = await textOf(response);
    expect([response.status, text]).toEqual([400, expect.stringContaining(said)]);
    expect(await countResumes()).toBe(before);
  });

  it('says on a page that a file is too large', async () => {
    const response = await send('x'.repeat(1024 * 1024));
    expect([response.status, await textOf(response)]).toEqual([413, expect.stringContaining('choose a smaller file')]);
  });

  it('is for the person alone: not without a form token, nor signed out', async () => {
    const before = await countResumes();
    expect((await send(JSON.stringify(RESUME), 'forged')).status).toBe(403);
    const visitor = app.createBrowser();
    const form = new FormData();
    form.set('file', new Blob([JSON.stringify(RESUME)]));
    const refused = await visitor.fetch('/resumes/import', { method: 'POST', body: form, redirect: 'manual' });
    expect([refused.status, refused.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in/)]);
    expect(await countResumes()).toBe(before);
  });

  it('takes a file on no other form', async () => {
    const form = new FormData();
    form.set('name', 'New');
    expect((await owner.browser.fetch('/resumes', { method: 'POST', body: form })).status).toBe(400);
    const broken = { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--y' };
    expect((await owner.browser.fetch('/resumes/import', broken)).status).toBe(400);
  });
});

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallbackListener, type CallbackListener } from '../support/callback-listener.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { findPdfToText, readPdfText } from '../support/pdf-text.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { createMemoryProvider } from './support/oauth-provider.ts';
import { openPerson, type PersonAtBrowser } from './support/person.ts';
import { SDK_CLIENTS, type SdkClient } from './support/sdk-clients.ts';

const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/journeys/resume.test.ts: skipped, no Chromium on this machine\n');
const hasPdfToText = findPdfToText() !== null;
if (!hasPdfToText) process.stderr.write('tests/journeys/resume.test.ts: PDFs are not read back, no pdftotext on this machine\n');

/** A resume as the standard itself publishes it. */
const RESUME_FILE = createRequire(import.meta.url).resolve('@jsonresume/schema/examples/senior-engineer.resume.json');

interface ReadResume {
  readonly id: string;
  readonly revision: number;
  readonly data: { readonly basics: Readonly<Record<string, unknown>>; readonly work: readonly { readonly highlights: string[] }[] };
  readonly suggestions?: readonly { readonly status: string }[];
}

let server: ServerProcess;
let browser: Browser;
let listener: CallbackListener;

beforeAll(async () => {
  if (!hasChromium) return;
  [server, browser, listener] = await Promise.all([startServer(), launchChromium(), startCallbackListener()]);
});

afterAll(async () => {
  await browser?.close();
  await listener?.close();
  await server?.dispose();
});

async function answerOf<Answer>(client: SdkClient, tool: string, input: Record<string, unknown>): Promise<Answer> {
  const answer = await client.callTool(tool, input);
  expect({ tool, isError: answer.isError ?? false, answer }).toMatchObject({ isError: false });
  return answer.structuredContent as Answer;
}

async function refusalOf(client: SdkClient, tool: string, input: Record<string, unknown>): Promise<string> {
  const answer = await client.callTool(tool, input);
  expect(answer.isError).toBe(true);
  return JSON.stringify(answer);
}

/** What the page says, as one line. */
async function textOf(page: Page): Promise<string> {
  return (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
}

/** Presses a button and waits for what the page then says. */
async function press(page: Page, name: string, said: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByText(said).first().waitFor();
}

// proves journey:resume
describe.skipIf(!hasChromium).each(SDK_CLIENTS.filter(({ name }) => ['SDK v1', 'SDK v2 (auto)'].includes(name)))(
  'a person works on a resume with the help of $name',
  ({ name, create }) => {
    let person: PersonAtBrowser;
    let page: Page;
    let path: string;
    let pdf: Buffer;
    let id: string;
    let suggesting: SdkClient;
    let editing: SdkClient;

    beforeAll(async () => {
      if (!hasChromium) return;
      person = await openPerson(browser);
      ({ page } = person);
      server.mustNotPrint(person.password);
      await person.signUp(server.url);
    });

    afterAll(async () => {
      await suggesting?.close();
      await editing?.close();
      await person?.close();
    });

    /** An app that the person has allowed in this way. */
    async function connect(clientName: string, mode: 'Edit directly' | 'Suggest changes'): Promise<SdkClient> {
      const provider = createMemoryProvider(clientName, listener.redirectUri);
      const client = create(new URL('/mcp', server.url), { authProvider: provider });
      await expect(client.connect()).rejects.toThrow(/unauthorized/i);
      await person.allow(provider.opened[0] ?? new URL(server.url), clientName, mode);
      await client.finishAuth(await listener.next());
      for (const secret of provider.secrets()) server.mustNotPrint(secret);
      await client.connect();
      return client;
    }

    const read = () => answerOf<ReadResume>(suggesting, 'read_resume', { id });

    it('imports it from a file', async () => {
      await page.goto(`${server.url}/resumes`);
      await page.getByRole('link', { name: 'Import a resume' }).click();
      await page.waitForURL('**/resumes/import');
      await page.getByLabel('File').setInputFiles(RESUME_FILE);
      await press(page, 'Import resume', 'The resume has been imported.');
      expect(await page.getByRole('heading', { level: 1 }).first().textContent()).toBe('Dr. Lena Vasquez');
      path = new URL(page.url()).pathname;
      id = path.split('/').at(-1) ?? '';
    });

    it('lets an app suggest, sees the difference, rejects one change and accepts another', async () => {
      suggesting = await connect(`${name} suggests`, 'Suggest changes');
      const imported = await read();
      expect(imported.data).toEqual(JSON.parse(await readFile(RESUME_FILE, 'utf8')));
      const operations = [
        { op: 'replace', path: '/basics/label', value: 'Wizard of everything' },
        { op: 'replace', path: '/work/0/highlights/2', value: 'Cut the 99th percentile of produce latency by 40 %' },
      ];
      const { suggestion, revision } = await answerOf<{ revision: number; suggestion: { url: string; status: string } }>(
        suggesting,
        'apply_resume_patch',
        { id, operations, expectedRevision: imported.revision },
      );
      expect([suggestion.status, revision]).toEqual(['pending', imported.revision]);
      await page.goto(suggestion.url);
      const label = page.getByLabel('Changed basics label: "Staff Software Engineer, Distributed Systems" → "Wizard of everything"');
      expect(await label.isChecked()).toBe(true);
      expect(await textOf(page)).toContain(
        '"Cut p99 produce latency 40% by reworking the replication fetch path" → "Cut the 99th percentile',
      );
      await label.uncheck();
      await press(page, 'Accept what is ticked', 'Accepted: the resume has a new version.');

      await answerOf(suggesting, 'update_resume', { id, name: 'Wizard' });
      await page.goto(suggestion.url);
      await press(page, 'Reject', 'Rejected: nothing was changed.');

      const after = await read();
      expect(after).toMatchObject({ revision: imported.revision + 1, name: 'Dr. Lena Vasquez' });
      expect(after.data.basics['label']).toBe('Staff Software Engineer, Distributed Systems');
      expect(after.data.work[0]?.highlights[2]).toBe('Cut the 99th percentile of produce latency by 40 %');
      expect(after.suggestions?.map(({ status }) => status)).toEqual(['rejected', 'partly_accepted']);
    });

    it('lets another app edit, sees what it did, and restores the version before', async () => {
      editing = await connect(`${name} edits`, 'Edit directly');
      const before = await read();
      await answerOf(editing, 'apply_resume_patch', {
        id,
        operations: [
          { op: 'remove', path: '/work/1' },
          { op: 'replace', path: '/basics/summary', value: 'Does things.' },
        ],
        expectedRevision: before.revision,
      });
      await page.goto(`${server.url}${path}/versions`);
      const row = page.getByRole('row').filter({ hasText: `${name} edits` });
      await row.getByRole('link').click();
      await page.getByRole('heading', { name: 'What it changed' }).waitFor();
      const said = await textOf(page);
      expect(said).toContain('Removed work 2 (Dropbox)');
      expect(said).toContain('→ "Does things."');
      await page.goto(`${server.url}${path}/versions/${before.revision}`);
      await press(page, 'Restore this version', 'The version has been restored, as a new version.');
      const restored = await read();
      expect([restored.revision, restored.data]).toEqual([before.revision + 2, before.data]);
      const stale = { id, operations: [{ op: 'remove', path: '/work/0' }], expectedRevision: before.revision + 1 };
      expect(await refusalOf(editing, 'apply_resume_patch', stale)).toMatch(/revision_conflict: .*read_resume/);
    });

    it('adds a section of their own in forms, which the apps then see', async () => {
      await page.goto(`${server.url}${path}/edit`);
      await page.getByRole('link', { name: 'Add a section of your own' }).click();
      await page.getByLabel('Heading').fill('Walks');
      await press(page, 'Save', 'The section is added.');
      for (const title of ['Round the lake', 'Up the hill']) {
        await page.getByRole('link', { name: 'Add an entry' }).click();
        await page.getByLabel('Title').fill(title);
        await press(page, 'Save', 'Saved.');
      }
      await press(page, 'Move down', 'Saved.');
      await page.getByLabel('Heading').fill('Long walks');
      await press(page, 'Save heading', 'Saved.');
      const { data } = await read();
      const entries = [{ title: 'Up the hill' }, { title: 'Round the lake' }];
      expect(data).toMatchObject({ meta: { vitae: { customSections: [{ id: 'walks', title: 'Long walks', entries }] } } });
    });

    it('publishes it to strangers, who download it as a PDF, until it is taken off at once', async () => {
      await page.goto(`${server.url}${path}`);
      await press(page, 'Publish', 'The resume is published.');
      const address = (await page.getByRole('link', { name: `${server.url}/r/` }).textContent()) ?? '';
      const stranger = await (await browser.newContext()).newPage();
      await stranger.goto(address);
      expect(await stranger.getByRole('heading', { level: 1 }).textContent()).toBe('Dr. Lena Vasquez');
      expect(await stranger.locator('body').innerText()).toContain('Cut the 99th percentile of produce latency by 40 %');
      const downloading = stranger.waitForEvent('download');
      await stranger.getByRole('link', { name: 'Download PDF' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe('dr-lena-vasquez.pdf');
      pdf = await readFile(await download.path());
      expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
      const link = await answerOf<{ url: string }>(editing, 'download_resume_pdf', { id });
      expect((await fetch(link.url)).headers.get('content-type')).toBe('application/pdf');
      await page.goto(`${server.url}${path}`);
      expect(await textOf(page)).toContain('Visitors: 1. PDF downloads: 1.');

      await press(page, 'Unpublish', 'The resume is not published any more.');
      const statuses = await Promise.all([address, `${address}/pdf`, link.url].map(async (url) => (await fetch(url)).status));
      expect(statuses).toEqual([404, 404, 404]);
      expect((await stranger.reload())?.status()).toBe(404);
      await stranger.context().close();
    });

    it.skipIf(!hasPdfToText)('and what was downloaded is the resume, in text that another program reads', async () => {
      const text = (await readPdfText(pdf)).replaceAll(/\s+/g, ' ');
      for (const part of [
        'Dr. Lena Vasquez',
        'Staff Software Engineer, Distributed Systems',
        'lena.vasquez@example.com',
        'Cut the 99th percentile of produce latency by 40 %',
        'Dropbox',
        'Up the hill',
      ])
        expect(text).toContain(part);
      expect(text).not.toContain('Wizard');
    });
  },
);

describe.skipIf(!hasChromium)('the server behind it', () => {
  it('has met no error and printed no secret', async () => {
    expect(server.output()).not.toMatch(/"status":5\d\d/);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });
});

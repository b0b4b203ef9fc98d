import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';

const WRITE = 'Create resumes and change their content; every change is kept as a version that you can undo';

describe('the activity page', () => {
  let app: TestApp;
  let owner: Person;
  beforeAll(async () => {
    app = await createTestApp();
  });
  beforeEach(async () => {
    owner = await signUp(app);
  });
  afterAll(() => app.close());

  const create = async (name: string) => (await owner.browser.open('/resumes')).press('Create resume', { Name: name });
  const listIds = async () => {
    const { resumes } = (await (await owner.browser.fetch('/api/v1/resumes')).json()) as { resumes: { id: string; name: string }[] };
    return new Map(resumes.map(({ id, name }) => [name, id]));
  };
  const callTool = async (credential: Record<string, string>, name: string, input: Record<string, unknown>) => {
    const response = await app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/call', { name, arguments: input }, credential));
    expect(response.status).toBe(200);
    await response.text();
  };
  const relabel = (id: string, value: string) => ({ id, operations: [{ op: 'add', path: '/basics/label', value }] });
  const rows = (page: { document: { querySelectorAll(selector: string): { textContent: string }[] } }) =>
    page.document.querySelectorAll('tbody tr').map(({ textContent }) => textContent);

  // proves activity:filter-and-undo
  it('is narrowed to one app, one key, oneself or one resume, and shows and undoes what an app changed', async () => {
    await create('First');
    await create('Second');
    const ids = await listIds();
    const [first = '', second = ''] = [ids.get('First'), ids.get('Second')];
    const { accessToken } = await connect(app, owner);
    const key = await createApiKey(owner, { [WRITE]: true });
    await callTool({ authorization: `Bearer ${accessToken}` }, 'apply_resume_patch', relabel(first, 'By the app'));
    await callTool({ 'x-api-key': key }, 'apply_resume_patch', relabel(second, 'By the key'));

    const all = await owner.browser.open('/activity');
    const options = all.document.querySelectorAll('select[name="by"] option').map((option) => option.getAttribute('value') ?? '');
    const [app1 = '', key1 = ''] = [
      options.find((value) => value.startsWith('connection:')),
      options.find((value) => value.startsWith('key:')),
    ];
    const narrow = (query: Record<string, string>) => owner.browser.open(`/activity?${new URLSearchParams(query)}`);

    const byApp = rows(await narrow({ by: app1 }));
    expect(byApp.filter((row) => row.includes('Resume changed'))).toHaveLength(1);
    expect(byApp.join()).not.toContain('Second');
    expect(rows(await narrow({ by: key1 })).join()).toMatch(/Resume changed.*Second/);
    expect(rows(await narrow({ by: 'you' })).join()).not.toContain('Resume changed');
    expect(rows(await narrow({ resume: second })).join()).not.toContain('First');
    expect(rows(await narrow({ by: app1, resume: second }))).toEqual([]);
    expect((await narrow({ by: 'connection:nobody’s' })).text()).toContain('Nothing of that kind has happened');

    const page = await narrow({ by: app1 });
    expect((await page.follow('See the change: version 2')).text()).toContain('By the app');
    await page.press('Undo from here on');
    const data = (await (await owner.browser.fetch(`/api/v1/resumes/${first}`)).json()) as { data: { basics?: { label?: string } } };
    expect(data.data.basics?.label).toBeUndefined();
    expect(rows(await narrow({ by: 'you' })).join()).toContain('Changes of an app undone');
  });

  it('offers no undo for what a key or the person did', async () => {
    await create('Mine');
    const id = (await listIds()).get('Mine') ?? '';
    await callTool({ 'x-api-key': await createApiKey(owner, { [WRITE]: true }) }, 'apply_resume_patch', relabel(id, 'By the key'));
    expect((await owner.browser.open('/activity')).document.querySelectorAll('form[action$="/undo"]')).toEqual([]);
  });

  // proves activity:export
  it('exports every event as CSV that no spreadsheet takes for formulas, across pages, and nobody else’s', async () => {
    await create('=HYPERLINK("https://evil.example")');
    const [id = ''] = (await listIds()).values();
    const key = await createApiKey(owner, { [WRITE]: true });
    for (let change = 0; change < 104; change += 1)
      await callTool({ 'x-api-key': key }, 'apply_resume_patch', relabel(id, `Label ${change}`));
    const stranger = await signUp(app, 'Mallory');

    const shown = await owner.browser.open('/activity');
    expect(rows(shown)).toHaveLength(100);
    const earlier = await shown.follow('Earlier');
    expect(rows(earlier).length).toBeGreaterThan(4);
    const response = await owner.browser.fetch('/activity/export');
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="activity.csv"');
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 100 + rows(earlier).length);
    expect(lines.filter((line) => line.includes(',resume.patched,'))).toHaveLength(104);
    expect(lines.join()).toContain(`'=HYPERLINK`);
    expect(lines.join()).not.toMatch(/,"?=/);

    const foreign = await stranger.browser.fetch(`/activity/export?resume=${id}`);
    expect((await foreign.text()).trimEnd().split('\r\n')).toHaveLength(1);
  });

  // proves activity:reads
  it('shows what apps and keys read beside what was changed, by reader, resume and kind, and in the export', async () => {
    await create('First');
    await create('Second');
    const ids = await listIds();
    const [first = '', second = ''] = [ids.get('First'), ids.get('Second')];
    const { accessToken } = await connect(app, owner, { choices: { 'Only these': true, First: true } });
    const bearer = { authorization: `Bearer ${accessToken}` };
    const key = { 'x-api-key': await createApiKey(owner) };
    await callTool(bearer, 'apply_resume_patch', relabel(first, 'Engineer'));
    await callTool(bearer, 'read_resume', { id: first });
    await callTool(bearer, 'read_resume', { id: second });
    await callTool(bearer, 'read_resume', { id: first });
    await callTool(key, 'read_resume', { id: second });

    const all = await owner.browser.open('/activity');
    const [byKey = '', byApp = '', change = ''] = rows(all);
    expect([byKey, byApp, change]).toEqual([
      expect.stringMatching(/^Resume read onceSecond.*UTCtest/),
      expect.stringMatching(/^Resume read 2 timesFirst.*UTCthe last time that dayTest client/),
      expect.stringMatching(/^Resume changedFirst/),
    ]);
    const shownFor = async (query: Record<string, string>) => {
      const page = await owner.browser.open(`/activity?${new URLSearchParams(query)}`);
      const chosen = page.document.querySelectorAll('option[selected]').map((option) => option.getAttribute('value') ?? '');
      expect(chosen).toEqual(expect.arrayContaining(Object.values(query)));
      return rows(page);
    };
    const options = all.document.querySelectorAll('select[name="by"] option').map((option) => option.getAttribute('value') ?? '');
    const [connection = '', apiKey = ''] = ['connection:', 'key:'].map((kind) => options.find((value) => value.startsWith(kind)) ?? '');
    expect(await shownFor({ what: 'reads' })).toEqual([byKey, byApp]);
    expect(await shownFor({ what: 'reads', by: connection })).toEqual([byApp]);
    expect(await shownFor({ what: 'reads', by: apiKey })).toEqual([byKey]);
    expect(await shownFor({ what: 'reads', resume: first })).toEqual([byApp]);
    expect(await shownFor({ what: 'reads', by: 'you' })).toEqual([]);
    expect((await shownFor({ what: 'changes' })).map((row) => row.slice(0, 'Resume c'.length))).toEqual(Array(3).fill('Resume c'));
    expect(await shownFor({ what: 'changes', by: connection })).toEqual([change]);
    expect(await shownFor({ by: connection, resume: first })).toEqual([byApp, change]);

    const csv = async (query: string) => (await (await owner.browser.fetch(`/activity/export?${query}`)).text()).trimEnd().split('\r\n');
    const [header, ...read] = await csv('what=reads');
    expect(header).toMatch(/,times$/);
    expect(read).toEqual([
      expect.stringMatching(/^\d{4}-.*Z,resume\.read,Resume read once,allowed,,test,Second,,,,1$/),
      expect.stringMatching(/^\d{4}-.*Z,resume\.read,Resume read 2 times,allowed,,Test client,First,,,,2$/),
    ]);
    expect((await csv('')).filter((line) => line.includes(',resume.read,'))).toEqual(read);

    const connected = await (await owner.browser.open('/connections')).follow('Change');
    expect(rows(connected)).toEqual([expect.stringMatching(/^First2\w.*UTC$/)]);
    expect(rows(await connected.follow('Everything that it read and did'))).toEqual(expect.arrayContaining([byApp, change]));
  });

  it('pages through events and reads together, with nothing left out or twice', async () => {
    await create('Paged');
    const [id = ''] = (await listIds()).values();
    const key = await createApiKey(owner, { [WRITE]: true });
    const [{ userId } = { userId: null }] = await app.db.orm.select().from(auditEvent).where(eq(auditEvent.resumeId, id));
    await callTool({ 'x-api-key': key }, 'read_resume', { id });
    await owner.browser.fetch('/api/v1/activity/reads');
    // A read on each of the days before, and events between them.
    await app.db.orm.execute(sql`insert into resume_reads (user_id, resume_id, api_key_id, day, reads, last_at)
      select user_id, resume_id, api_key_id, day - n, n, last_at - make_interval(days => n) from resume_reads, generate_series(1, 149) n
      where resume_id = ${id}`);
    await app.db.orm.execute(sql`insert into audit_event (at, event, decision, user_id)
      select now() - make_interval(days => 150 - n, hours => 12), 'test.' || n, 'allowed', ${userId} from generate_series(1, 149) n`);
    const shown: string[] = [];
    for (let page = await owner.browser.open('/activity'); ; page = await page.follow('Earlier')) {
      shown.push(...rows(page));
      if (!page.text().includes('Earlier')) break;
    }
    expect(shown.filter((row) => row.includes('Resume read'))).toHaveLength(150);
    const events = shown.map((row) => /^test\.(\d+)/.exec(row)?.[1]).filter((number) => number !== undefined);
    expect(events).toEqual(Array.from({ length: 149 }, (_each, index) => String(149 - index)));
    expect(new Set(shown).size).toBe(shown.length);
    const lines = (await (await owner.browser.fetch('/activity/export')).text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + shown.length);
    const times = lines
      .slice(1)
      .filter((line) => /,(?:test\.\d+|resume\.read),/.test(line))
      .map((line) => line.slice(0, 24));
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('names a key that is gone as one, not as the person', async () => {
    await create('Kept');
    const [id = ''] = (await listIds()).values();
    await callTool({ 'x-api-key': await createApiKey(owner, { [WRITE]: true }) }, 'apply_resume_patch', relabel(id, 'By the key'));
    await (await owner.browser.open('/api-keys')).press('Revoke');
    expect(rows(await owner.browser.open('/activity?what=changes'))[0]).toMatch(/^Resume changed.*A key that is gone/);
  });

  it.each([
    'by=connection:',
    'by=key:%00',
    'resume=%00',
    'before=0',
    'before=1e9',
    'readsBefore=x',
    'readsBefore=99999999999999-1',
    'what=all',
    `resume=${'x'.repeat(1000)}`,
    'by=toString',
  ])('takes ?%s for no filter', async (query) => {
    const page = await owner.browser.open(`/activity?${query}`);
    expect([page.status, rows(page).length > 0]).toEqual([200, true]);
  });
});

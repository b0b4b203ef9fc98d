import { readFileSync } from 'node:fs';
import { getTableColumns, getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Administration } from '../../src/authorization-server/administration/administration.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { schema } from '../../src/db/schema/index.ts';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { exportPersonalData } from '../../src/personal-data/export.ts';
import { NOT_PERSONAL, SECTIONS, type Section } from '../../src/personal-data/sections.ts';
import { connectClient, issueCode, refreshing } from '../security/support/codes.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { totpOf } from '../support/totp.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];
type Exported = Readonly<Record<keyof typeof SECTIONS, Rows>> & { readonly format: string };

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const tables = Object.entries(schema).flatMap(([name, table]) => (is(table, PgTable) ? [[name, table] as const] : []));
const sections = Object.entries<Section>(SECTIONS);

describe('what is given out about a person', () => {
  // proves accounts:export
  it('is said for every table, in the code and on the page', () => {
    const names = [...Object.keys(SECTIONS), ...Object.keys(NOT_PERSONAL)];
    expect(names.toSorted()).toEqual(tables.map(([name]) => name).toSorted());
    const page = read('docs/personal-data.md');
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('is every column of plain values, and none of a hash, a secret or a signature', () => {
    const forms = new Map<string, string>(
      read('docs/stored-records.md')
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .flatMap((line) => {
          const [, table = '', columns = '', form = ''] = line.split('|').map((cell) => cell.trim());
          return [...columns.matchAll(/`(\w+)`/g)].map(([, column]) => [`${table.replaceAll('`', '')}.${column}`, form] as const);
        }),
    );
    const given = sections.flatMap(([, { table, withheld = [] }]) =>
      Object.entries(getTableColumns(table)).flatMap(([key, { name }]) =>
        withheld.includes(key) ? [] : [`${getTableName(table)}.${name}`],
      ),
    );
    expect(given.length).toBeGreaterThan(150);
    expect(given.filter((column) => !/^(?:plain|keyed)/.test(forms.get(column) ?? ''))).toEqual([]);
    const unknown = sections.flatMap(([name, { table, withheld = [] }]) =>
      withheld.filter((key) => !Object.hasOwn(getTableColumns(table), key)).map((key) => `${name}.${key}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('a person with something of everything', () => {
  let app: TestApp;
  let administration: Administration;
  let ada: Person;
  let id: string;
  let secrets: readonly string[];
  beforeAll(async () => {
    app = await createTestApp();
    administration = await createTestAdministration(app.db, app.origin);
    ada = await signUp(app);
    id = (await administration.users.find(ada.email))?.id ?? '';
    const key = await createApiKey(ada, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
    const call = async (path: string, method: string, body: object) => {
      const headers = { 'x-api-key': key, 'content-type': 'application/json' };
      const response = await app.fetch(new Request(`${app.origin}/api/v1${path}`, { method, headers, body: JSON.stringify(body) }));
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
      return response;
    };
    const created = await call('/resumes', 'POST', { name: 'Engineer' });
    const resume = (await created.json()) as { readonly id: string; readonly revision: number };
    await call(`/resumes/${resume.id}/data`, 'PATCH', {
      operations: [{ op: 'add', path: '/basics/name', value: 'Ada King' }],
      expectedRevision: resume.revision,
    });
    await app.fetch(new Request(`${app.origin}/api/v1/resumes/${resume.id}`, { headers: { 'x-api-key': key } }));
    await ada.browser.fetch('/api/v1/activity/reads');
    const setUp = await (await (await ada.browser.open('/account')).follow('Set up …')).press('Set up', { Password: ada.password });
    const uri = setUp.document.querySelector('input[name="uri"]')?.getAttribute('value') ?? '';
    await setUp.press('Turn on', { Code: totpOf(uri) });
    const connection = await connectClient(app, ada);
    const refreshed = (await (await app.fetch(refreshing(app, connection.clientId, connection.refresh_token))).json()) as {
      readonly refresh_token: string;
    };
    const link = await administration.users.createResetLink(ada.email);
    secrets = [
      ada.password,
      key,
      connection.access_token,
      connection.refresh_token.replace('vitae_rt_', ''),
      refreshed.refresh_token.replace('vitae_rt_', ''),
      new URL(uri).searchParams.get('secret') ?? '',
      new URL(link).searchParams.get('token') ?? '',
      /session_token=([^;.]+)/.exec(decodeURIComponent(ada.browser.cookies.header() ?? ''))?.[1] ?? '',
    ];
  });
  afterAll(() => app.close());

  const exportText = async (userId = id) => {
    let text = '';
    for await (const part of exportPersonalData(app.db, userId)) text += part;
    return text;
  };

  // proves accounts:export
  it('gets it all, the same each time, and no secret', async () => {
    const text = await exportText();
    expect(await exportText()).toBe(text);
    const data = JSON.parse(text) as Exported;
    expect(data.format).toBe('vitae-personal-data-1');
    expect(data.user).toMatchObject([{ id, email: ada.email, twoFactorEnabled: true }]);
    expect(data.resumeVersion).toMatchObject([
      { revision: 1, kind: 'created', snapshot: { name: 'Engineer' } },
      { revision: 2, kind: 'patched', patches: [[{ path: '/data/basics/name', value: 'Ada King' }], expect.any(Array)] },
    ]);
    const expected = ['account', 'twoFactor', 'session', 'verification', 'oauthGrant', 'oauthGrantCode', 'oauthConsent'] as const;
    const more = ['oauthRefreshToken', 'oauthClient', 'apikey', 'resume', 'resumeReads', 'auditEvent'] as const;
    for (const list of [...expected, ...more]) expect(`${list}: ${data[list].length > 0}`).toBe(`${list}: true`);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15);
      expect(text).not.toContain(secret);
    }
  });

  it('gets nothing of anybody else', async () => {
    const bob = await signUp(app, 'Bob');
    await connectClient(app, bob);
    const bobId = (await administration.users.find(bob.email))?.id ?? '';
    const text = await exportText();
    expect([text.includes(bobId), text.includes(bob.email)]).toEqual([false, false]);
    const data = JSON.parse(await exportText('nobody')) as Exported;
    expect(Object.keys(SECTIONS).filter((list) => data[list as keyof typeof SECTIONS].length > 0)).toEqual([]);
  });

  it('gets a history of any length, in order', async () => {
    const person = await signUp(app, 'Grace');
    const userId = (await administration.users.find(person.email))?.id ?? '';
    const at = new Date('2026-01-01T00:00:00Z');
    const events = Array.from({ length: 1_203 }, (_each, index) => ({
      at: new Date(at.getTime() + Math.floor(index / 3)),
      event: `test.${index}`,
      decision: 'allowed' as const,
      userId,
    }));
    await app.db.orm.insert(auditEvent).values(events);
    const { auditEvent: given } = JSON.parse(await exportText(userId)) as Exported;
    const found = given.map(({ event }) => event).filter((event) => String(event).startsWith('test.'));
    expect(found).toEqual(events.map(({ event }) => event));
  });

  // proves accounts:export
  it('downloads it in the browser, signed in and in no other way', async () => {
    const response = await ada.browser.fetch('/account/data');
    expect([response.status, response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([
      200,
      'application/json',
      'attachment; filename="personal-data.json"',
    ]);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(((await response.json()) as Exported).user).toMatchObject([{ email: ada.email }]);
    expect((await app.createBrowser().open('/account/data')).url.pathname).toBe('/sign-in');
    const byKey = await app.fetch(new Request(`${app.origin}/account/data`, { headers: { 'x-api-key': secrets[1] ?? '' } }));
    expect(byKey.headers.get('content-disposition')).toBeNull();
    expect((await (await ada.browser.open('/account')).follow('Download my data')).url.pathname).toBe('/account/data');
  });

  // proves accounts:deleted
  it.each([
    ['an operator', ({ email }: Person) => administration.users.find(email).then((found) => administration.users.delete(found?.id ?? ''))],
    [
      'themselves',
      async ({ browser, password }: Person) => {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ password }) };
        expect((await browser.fetch('/api/auth/delete-user', init)).status).toBe(200);
      },
    ],
  ])('leaves nothing but what the audit trail says when they are deleted by %s', async (_whom, remove) => {
    const person = await signUp(app, 'Grace');
    await createApiKey(person);
    const connection = await connectClient(app, person);
    await issueCode(app, person, { clientId: connection.clientId });
    await administration.users.createResetLink(person.email);
    const data = JSON.parse(await exportText((await administration.users.find(person.email))?.id)) as Exported;
    const isOfThem = (name: string) => name !== 'oauthClient' && name !== 'auditEvent';
    const rows = sections.flatMap(([name]) => (isOfThem(name) ? data[name as keyof typeof SECTIONS] : []));
    const names = [person.email, ...rows.map((row) => row['id']).filter((name) => typeof name === 'string')];
    expect(names.length).toBeGreaterThan(8);
    await remove(person);
    const left: string[] = [];
    for (const [name, table] of tables) {
      const result: unknown = await app.db.orm.execute(sql`select to_jsonb(row)::text as value from ${table} row`);
      const text = (result as { readonly rows: readonly { readonly value: string }[] }).rows.map(({ value }) => value).join('\n');
      if (names.some((each) => text.includes(each))) left.push(name);
    }
    // A revocation goes when the last token that it is about has ended.
    expect(left.toSorted()).toEqual(['auditEvent', 'revocation']);
    expect(await administration.users.find(ada.email)).not.toBeNull();
  });
});

import { readFileSync } from 'node:fs';
import { getTableColumns, getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/db/schema/index.ts';
import { createApiKey, createTestApp, signUp, type TestApp } from '../support/app.ts';
import { consent, createOAuthClient } from '../support/oauth.ts';
import { tableRows } from '../support/readme.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const PAGE = read('docs/stored-records.md');
const spans = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** `table.column` and the form it is said to be kept in. */
const said = PAGE.split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => {
    const [, table = '', columns = '', form = ''] = line.split('|').map((cell) => cell.trim());
    return spans(columns).map((column) => [`${spans(table)[0]}.${column}`, form] as const);
  });

describe('docs/stored-records.md', () => {
  it('has every column of every table once, and none that does not exist', () => {
    const tables = Object.values(schema).filter((table) => is(table, PgTable));
    const columns = tables.flatMap((table) => Object.values(getTableColumns(table)).map(({ name }) => `${getTableName(table)}.${name}`));
    expect(columns.length).toBeGreaterThan(200);
    expect(said.map(([column]) => column).toSorted()).toEqual(columns.toSorted());
  });
});

describe('what is stored', () => {
  let app: TestApp;
  let secrets: Readonly<Record<string, string>>;
  beforeAll(async () => {
    app = await createTestApp();
    const ada = await signUp(app);
    const client = await createOAuthClient(app, { token_endpoint_auth_method: 'client_secret_post' });
    const { client_secret: secret } = client.client;
    const request = await client.createRequest();
    const callback = await consent(ada, request);
    const tokens = await request.redeem(callback);
    const next = await client.refresh(tokens.refresh_token ?? '');
    const cookie = decodeURIComponent(ada.browser.cookies.header() ?? '');
    secrets = {
      password: ada.password,
      'client secret': typeof secret === 'string' ? secret : '',
      code: callback.searchParams.get('code') ?? '',
      verifier: request.codeVerifier,
      'access token': tokens.access_token,
      'refresh token': (tokens.refresh_token ?? '').replace(/^vitae_rt_/, ''),
      'next access token': next.access_token,
      'next refresh token': (next.refresh_token ?? '').replace(/^vitae_rt_/, ''),
      'API key': await createApiKey(ada),
      'session cookie': /session_token=([^;]+)/.exec(cookie)?.[1] ?? '',
    };
  });
  afterAll(() => app.close());

  it('holds no password, token, code, key or secret, in any table', async () => {
    for (const [name, secret] of Object.entries(secrets)) expect(`${name}: ${secret.length > 15}`).toBe(`${name}: true`);
    const found: string[] = [];
    for (const table of Object.values(schema)) {
      if (!is(table, PgTable)) continue;
      const result: unknown = await app.db.orm.execute(sql`select to_jsonb(row)::text as value from ${table} row`);
      const rows = (result as { readonly rows: readonly { readonly value: string }[] }).rows.map(({ value }) => value).join('\n');
      for (const [name, secret] of Object.entries(secrets)) if (rows.includes(secret)) found.push(`${getTableName(table)}: ${name}`);
    }
    expect(found).toEqual([]);
  });
});

describe('docs/threat-model.md', () => {
  it('names files that exist', () => {
    const rows = tableRows(read('docs/threat-model.md'), 'library, version');
    expect(rows.length).toBeGreaterThan(5);
    for (const [, , ours = ''] of rows) {
      for (const file of spans(ours)) {
        const folders = file.includes('/') ? ['src'] : ['src/authorization-server', 'src/resource-server'];
        expect(folders.some((folder) => exists(`${folder}/${file}`))).toBe(true);
      }
    }
  });
});

function exists(path: string): boolean {
  try {
    return read(path) !== '';
  } catch {
    // There is no such file.
    return false;
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import type { Database } from '../../src/db/client.ts';
import { dumpDatabase, restoreDatabase } from '../../src/db/dump.ts';
import { readSchemaVersion } from '../../src/db/migrations-folder.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { createTestDatabase } from '../support/database.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, type Connected } from '../support/oauth.ts';

const AT = '2026-01-02T03:04:05.000Z';

async function dump(db: Database): Promise<readonly string[]> {
  const lines: string[] = [];
  await dumpDatabase(db, { schema: await readSchemaVersion(), secrets: ['one'], at: AT }, async (line) => void lines.push(line));
  return lines;
}

async function* read(lines: readonly string[]) {
  yield* lines;
}

describe('a dump of a database', () => {
  let source: Database;
  let target: Database;
  let app: TestApp;
  let moved: TestApp | undefined;
  /** Where clients find the server, whichever database it is on. */
  let site: Site;
  let person: Person;
  let connected: Connected;
  let key: string;
  let lines: readonly string[];
  beforeAll(async () => {
    [source, target] = [await createTestDatabase(), await createTestDatabase()];
    app = await createTestApp({ db: source });
    site = { origin: app.origin, fetch: (request) => (moved ?? app).fetch(request) };
    person = await signUp(site, 'Zoë "Ω" O\'Neil\\');
    connected = await connect(site, person);
    key = await createApiKey(person, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Ångström \\ {"1"}' });
    const made = await site.fetch(new Request(`${site.origin}/api/v1/resumes`, { method: 'POST', headers, body }));
    if (made.status !== 201) throw new Error(await made.text());
    await app.close();
    lines = await dump(source);
  });
  afterAll(async () => {
    await moved?.close();
    await source.close();
    await target.close();
  });

  const restore = async (given: readonly string[], secrets: readonly string[] = ['one']) =>
    restoreDatabase(target, read(given), { schema: await readSchemaVersion(), secrets: [...secrets] });
  const header = (changed: object) => [JSON.stringify({ ...(JSON.parse(lines[0] ?? '') as object), ...changed }), ...lines.slice(1)];

  const lastEvent = () => lines.findIndex((line) => line.startsWith('{"table":"audit_event"')) + 1;

  it.each([
    ['an empty file', () => [], 'no backup of this program'],
    ['something else', () => ['{"a":1}'], 'no backup of this program'],
    ['another schema', () => header({ schema: '0000_initial' }), 'is of the schema 0000_initial'],
    ['another secret', () => header({ secrets: ['one', 'two'] }), 'made with another AUTH_SECRET'],
    ['a file cut off', () => lines.slice(0, -1), 'ends too early'],
    ['a line cut off', () => lines.toSpliced(2, 1, lines[2]?.slice(0, -5) ?? ''), 'is damaged'],
    ['a lost person', () => lines.toSpliced(2, 1), /is damaged: \w+ does not take its rows/],
    ['a lost event', () => lines.toSpliced(lastEvent(), 1), /is damaged: audit_event should have \d+ rows/],
    ['a table nobody knows', () => lines.toSpliced(1, 0, '{"table":"x","columns":["y"]}'), 'that is not there: x'],
  ])('is refused as %s, and nothing is written', async (_what, given: () => readonly string[], problem: string | RegExp) => {
    await expect(restore(given())).rejects.toThrow(problem);
    expect((await dump(target)).slice(1).filter((line) => line.startsWith('['))).toEqual([]);
  });

  // proves operators:backups
  it('fills an empty database with every value as it was, and only an empty one', async () => {
    const counts = await restore(lines, ['two', 'one']);
    expect(counts).toMatchObject({ user: 1, oauth_grant: 1, apikey: 1, resume: 1, resume_version: 1 });
    expect(counts['audit_event']).toBeGreaterThan(3);
    expect(counts['jwks']).toBeGreaterThan(0);
    expect(await dump(target)).toEqual(lines);
    await expect(restore(lines)).rejects.toThrow(/not empty: \w+ has \d+ rows/);
  });

  // proves operators:backups
  it('keeps people, connections, keys and signing keys, so that clients go on', async () => {
    moved = await createTestApp({ db: target });
    const call = async (headers: Readonly<Record<string, string>>) =>
      (await site.fetch(buildMcpRequest(`${site.origin}/mcp`, 'legacy', 'tools/list', {}, headers))).status;
    expect(await call({ authorization: `Bearer ${connected.accessToken}` })).toBe(200);
    expect(await call({ 'x-api-key': key })).toBe(200);
    const refreshed = await connected.oauth.refresh(connected.refreshToken);
    expect(await call({ authorization: `Bearer ${refreshed.access_token}` })).toBe(200);
    expect((await person.browser.open('/resumes')).text()).toContain('Ångström');
    expect((await person.browser.open('/account')).url.pathname).toBe('/account');
  });
});

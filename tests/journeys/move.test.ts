import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, signUp } from '../support/app.ts';
import { runCommand } from '../support/command.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { createHttpSite } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';
import { startServer } from '../support/process.ts';

/** A process that opens an embedded database takes seconds, and many where others work too. */
const TEN_STARTS_MS = 400_000;

// Both databases at once: it needs the PostgreSQL of the run.
describe.runIf(testDatabaseKind() === 'postgres')('an embedded installation that moves to PostgreSQL', () => {
  let folder: string;
  const cleanups: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vitae-move-test-'));
  });
  afterAll(async () => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  // proves operators:backups
  it(
    'takes its connected clients with it, once, and can be backed up and restored there',
    async () => {
      const embedded = { DATA_DIR: join(folder, 'data') };
      const before = await startServer(embedded);
      cleanups.push(() => before.dispose());
      const site = createHttpSite(before.url);
      const person = await signUp(site);
      const { accessToken, refreshToken, oauth } = await connect(site, person);
      const key = await createApiKey(person);
      const { url, drop } = await createTestPostgres({ empty: true });
      cleanups.push(drop);
      const move = () => runCommand(['move', '--to', url], embedded);
      expect(await move()).toMatchObject({ code: 1, output: expect.stringContaining('stop the server, run this, start it again') });
      await before.stop();
      expect(await runCommand(['move'], embedded)).toMatchObject({ code: 2, output: '--to is missing\n' });
      expect(await move()).toMatchObject({ code: 0, output: expect.stringContaining('Moved.') });
      expect(await move()).toMatchObject({ code: 1, output: expect.stringContaining('The database is not empty') });

      const secret = await readFile(join(embedded.DATA_DIR, 'auth-secret'), 'utf8');
      const settings = { DATABASE_URL: url, AUTH_SECRET: secret, PORT: before.settings['PORT'] ?? '' };
      const after = await startServer(settings);
      cleanups.push(() => after.dispose());
      const call = async (headers: Readonly<Record<string, string>>) =>
        (await site.fetch(buildMcpRequest(`${site.origin}/mcp`, 'legacy', 'tools/list', {}, headers))).status;
      expect(await call({ authorization: `Bearer ${accessToken}` })).toBe(200);
      expect(await call({ 'x-api-key': key })).toBe(200);
      expect(await call({ authorization: `Bearer ${(await oauth.refresh(refreshToken)).access_token}` })).toBe(200);

      const file = join(folder, 'backup');
      expect(await runCommand(['backup', file], settings)).toMatchObject({ code: 0 });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, 'utf8')).not.toContain(secret);
      expect(await runCommand(['backup', file], settings)).toMatchObject({ code: 1, output: expect.stringContaining("can't be made") });
      const other = await createTestPostgres({ empty: true });
      cleanups.push(other.drop);
      const elsewhere = { ...settings, DATABASE_URL: other.url };
      expect(await runCommand(['restore', file], { ...elsewhere, AUTH_SECRET: 'x'.repeat(40) })).toMatchObject({ code: 1 });
      expect(await runCommand(['restore', file], elsewhere)).toMatchObject({ code: 0, output: expect.stringContaining('Restored') });
      expect(await runCommand(['users', 'show', person.email], elsewhere)).toMatchObject({ code: 0 });
    },
    TEN_STARTS_MS,
  );
});

import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';

const SECRET = 'correct-horse-battery-staple';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** Everything that is printed from now on, past our log or by it. */
function listen(): () => string {
  const printed: string[] = [];
  for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const)
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => void printed.push(parts.map(describePart).join(' ')));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  return () => printed.join('\n');
}

/** As a console prints it: an error with its members and causes. */
function describePart(part: unknown): string {
  return part instanceof Error
    ? `${part.stack} ${JSON.stringify(part, Object.getOwnPropertyNames(part))} ${describePart(part.cause)}`
    : String(part);
}

/** Requests that carry the secret into a statement. */
const REQUESTS: readonly {
  readonly name: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}[] = [
  {
    name: 'a sign-in',
    path: 'sign-in/email',
    headers: JSON_TYPE,
    body: JSON.stringify({ email: `${SECRET}@example.org`, password: 'whatever it is' }),
  },
  {
    name: 'a token request',
    path: 'oauth2/token',
    headers: FORM,
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: SECRET }).toString(),
  },
  {
    name: 'a registration',
    path: 'oauth2/register',
    headers: JSON_TYPE,
    body: JSON.stringify({ client_name: SECRET, redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' }),
  },
];

const TABLES = ['user', 'oauth_client', 'oauth_client_registration'];

describe('a request that the auth library fails at', () => {
  let app: TestApp;
  afterEach(async () => {
    vi.restoreAllMocks();
    // On a database that is gone it has nowhere to write what it still holds.
    await app.close().catch(() => undefined);
  });

  const send = ({ path, headers, body }: (typeof REQUESTS)[number]) =>
    app.fetch(new Request(`${app.origin}/api/auth/${path}`, { method: 'POST', headers: { ...headers, origin: app.origin }, body }));

  // proves process:no-secret-in-logs
  it('is 500, logged with what it failed at, and printed nowhere with what it carried', async () => {
    app = await createTestApp();
    for (const table of TABLES)
      await app.db.orm.execute(sql`alter table ${sql.identifier(table)} rename to ${sql.identifier(`${table}_gone`)}`);
    const printed = listen();
    for (const request of REQUESTS) {
      const answer = await send(request);
      expect([request.name, answer.status, await answer.json()]).toEqual([
        request.name,
        500,
        expect.objectContaining({ error: 'server_error' }),
      ]);
    }
    const said = printed();
    vi.restoreAllMocks();
    expect(said).toBe('');
    expect(JSON.stringify(app.logs())).not.toContain(SECRET);
    const failures = app.logs().filter(({ err }) => err !== undefined);
    expect(failures).toHaveLength(REQUESTS.length);
    for (const { err } of failures) {
      expect(err).toMatchObject({ message: 'the auth library failed', cause: { message: expect.stringMatching(/^Failed query: /) } });
      expect(JSON.stringify(err)).toContain('does not exist');
    }
  });

  it('is 503 when the database is away, and printed nowhere with what it carried', async () => {
    const db = await createTestDatabase();
    app = await createTestApp({ db });
    await db.close();
    const printed = listen();
    for (const request of REQUESTS) {
      const answer = await send(request);
      expect([request.name, answer.status, answer.headers.get('retry-after')]).toEqual([request.name, 503, expect.stringMatching(/^\d+$/)]);
    }
    const said = printed();
    vi.restoreAllMocks();
    expect(said).toBe('');
    expect(JSON.stringify(app.logs())).not.toContain(SECRET);
  });
});

import { ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Administration } from '../../src/authorization-server/administration/administration.ts';
import { createDatabase } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { countLockWaits } from '../support/lock-waits.ts';
import { consent, createOAuthClient, type TestOAuthClient } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';

/** Any number that no lock of the server's has. */
const GATE = 4711;
const CLIENT_DELETED = 'a client that an operator deletes';

/** PGlite has one connection, on which nobody waits for a lock. */
describe.runIf(testDatabaseKind() === 'postgres')('a token request and what ends what it stands on, at the same moment', () => {
  let app: TestApp;
  let administration: Administration;
  let other: pg.Client;
  let drop: () => Promise<void>;
  let person: Person;
  let client: TestOAuthClient;
  beforeAll(async () => {
    const database = await createTestPostgres();
    drop = database.drop;
    app = await createTestApp({ db: createDatabase(await openPostgres(database.url)) });
    administration = await createTestAdministration(app.db, app.origin);
    other = new pg.Client(database.url);
    await other.connect();
    // A token request is held up where it has judged what was presented, and has not written the token that it answers.
    await other.query(`create function wait_at_gate() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(${GATE}); return coalesce(new, old); end $$`);
    await other.query('create trigger gate before insert on oauth_refresh_token for each row execute function wait_at_gate()');
  });
  beforeEach(async () => {
    person = await signUp(app);
    client = await createOAuthClient(app, { client_name: `Client of ${person.email}` });
  });
  afterAll(async () => {
    await other.end();
    await app.close();
    await app.db.close();
    await drop();
  });

  const countSessions = async () => {
    const { rows } = await other.query<{ left: number }>(
      `select count(*)::int as left from session join "user" on "user".id = session.user_id where email = $1`,
      [person.email],
    );
    return rows[0]?.left;
  };
  const idOf = async () => (await other.query<{ id: string }>('select id from "user" where email = $1', [person.email])).rows[0]?.id ?? '';

  const connect = async () => {
    const request = await client.createRequest();
    return request.redeem(await consent(person, request));
  };
  const REQUESTS = {
    async 'a refresh'() {
      const { refresh_token } = await connect();
      return () => client.refresh(refresh_token ?? '');
    },
    async 'the exchange of a code'() {
      // Another connection of the same browser, so that there is a token that its session belongs to.
      await connect();
      const request = await client.createRequest();
      const callback = await consent(person, request);
      return () => request.redeem(callback);
    },
  };
  const ENDINGS = {
    'signing out': async () => {
      const page = await person.browser.open('/account');
      expect((await page.press('Sign out')).status).toBe(200);
    },
    'a password that an operator sets': async () => {
      expect(await administration.users.setPassword(await idOf(), 'another correct horse')).toBeNull();
    },
    'an expired session that is swept': async () => {
      await other.query(`update session set expires_at = now() - interval '1 day' where user_id = $1`, [await idOf()]);
      expect(await app.sweep()).toMatchObject({ sessions: 1 });
    },
    'an account that an operator deletes': async () => administration.users.delete(await idOf()),
    'an account that its owner deletes': async () => {
      const answer = await person.browser.fetch('/api/auth/delete-user', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: app.origin },
        body: JSON.stringify({ password: person.password }),
      });
      expect(answer.status).toBe(200);
    },
    [CLIENT_DELETED]: async () => administration.clients.delete(client.client.client_id),
  };

  const pairs = Object.keys(REQUESTS).flatMap((request) => Object.keys(ENDINGS).map((ending) => [request, ending] as const));
  const prepare = async (requested: string, ending: string) => ({
    request: await REQUESTS[requested as keyof typeof REQUESTS](),
    end: ENDINGS[ending as keyof typeof ENDINGS],
  });
  /** Begins `first`, which comes to the gate, and `second`, which waits for it or does not have to; then opens the gate. */
  const interleave = async (first: () => Promise<unknown>, second: () => Promise<unknown>) => {
    await other.query('select pg_advisory_lock($1)', [GATE]);
    const begun = first();
    await waitUntil(async () => (await countLockWaits(other)) === 1);
    const over = { yes: false };
    const followed = second().finally(() => (over.yes = true));
    const outcomes = Promise.allSettled([begun, followed]);
    await waitUntil(async () => over.yes || (await countLockWaits(other)) === 2);
    await other.query('select pg_advisory_unlock($1)', [GATE]);
    return outcomes;
  };

  it.each(pairs)('wait for each other and never in a circle: %s, then %s', async (requested, ending) => {
    const { request, end } = await prepare(requested, ending);
    expect(await interleave(request, end)).toEqual([
      { status: 'fulfilled', value: expect.objectContaining({ token_type: 'bearer' }) as unknown },
      { status: 'fulfilled', value: undefined },
    ]);
    // The library signs out with 200 where the row could not be deleted, too.
    expect(await countSessions()).toBe(ending === CLIENT_DELETED ? 1 : 0);
  });

  describe('the other way round', () => {
    beforeAll(async () => {
      // Each of them is held up where it has locked something and not everything.
      const wait = 'execute function wait_at_gate()';
      await other.query(`create trigger gate before delete on session for each row ${wait}`);
      await other.query(`create trigger gate after delete on verification for each statement ${wait}`);
      await other.query(`create trigger gate before insert on audit_event for each row when (new.event = 'grant.revoked') ${wait}`);
    });

    it.each(pairs)('wait for each other and never in a circle: first what ends it, then %s: %s', async (requested, ending) => {
      const { request, end } = await prepare(requested, ending);
      const isAnswered = async () =>
        request().catch((error: unknown) => {
          // A client that is gone by then is told so by a challenge (RFC 6749 §5.2).
          if (error instanceof WWWAuthenticateChallengeError && error.status === 401) return;
          if (!(error instanceof ResponseBodyError) || error.status >= 500) throw error;
        });
      const [ended, answered] = await interleave(end, isAnswered);
      expect(ended).toEqual({ status: 'fulfilled', value: undefined });
      expect(answered).toMatchObject({ status: 'fulfilled' });
      expect(await countSessions()).toBe(ending === CLIENT_DELETED ? 1 : 0);
    });
  });
});

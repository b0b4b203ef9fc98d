import { and, eq, isNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { oauthClient, oauthRefreshToken, session, user, verification } from '../../src/db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../../src/db/schema/grants.ts';
import { DatabaseTimeout } from '../../src/db/unavailable.ts';
import {
  connectClient,
  issueCode,
  readTokens,
  redemption,
  refreshing,
  type Connection,
  type IssuedCode,
} from '../security/support/codes.ts';
import { register, type Parameters } from '../security/support/requests.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';

let db: Database;
let app: TestApp;
let ada: Person;
/** Happens between what a plain token request reads and what it writes, once. */
let meanwhile: (() => Promise<unknown>) | null;
/** Writes of plain requests, and transactions, since the test began. */
let writes: number;
let transactions: number;

beforeAll(async () => {
  db = await createTestDatabase();
  app = await createTestApp({ db: interrupt(db) });
});
afterAll(async () => {
  await app.close();
  await db.close();
});
beforeEach(async () => {
  meanwhile = null;
  ada = await signUp(app);
});

const begin = (happens: typeof meanwhile = null) => {
  meanwhile = happens;
  writes = 0;
  transactions = 0;
};
const refresh = (connection: Connection) => app.fetch(refreshing(app, connection.clientId, connection.refresh_token));
const redeem = (issued: IssuedCode) => app.fetch(redemption(app, issued));
const grantOf = async (clientId: string) => {
  const [grant] = await db.orm.select().from(oauthGrant).where(eq(oauthGrant.clientId, clientId));
  if (grant === undefined) throw new Error('there is no connection');
  return grant;
};
const currentTokens = (clientId: string) =>
  db.orm
    .select()
    .from(oauthRefreshToken)
    .where(and(eq(oauthRefreshToken.clientId, clientId), isNull(oauthRefreshToken.revoked)));
/** Another version of the row, with nothing in it changed. */
const touch = (clientId: string) => () => db.orm.update(oauthClient).set({ clientId }).where(eq(oauthClient.clientId, clientId));

/** Every row that a token request may write for a client, but for what is different each time. */
const stateOf = async (clientId: string) => {
  const grant = await grantOf(clientId);
  const rows = {
    tokens: await db.orm
      .select()
      .from(oauthRefreshToken)
      .where(eq(oauthRefreshToken.clientId, clientId))
      .orderBy(oauthRefreshToken.revoked),
    codes: await db.orm.select().from(oauthGrantCode).where(eq(oauthGrantCode.clientId, clientId)),
    stored: await db.orm
      .select()
      .from(verification)
      .where(sql`${verification.value} like ${`%${clientId}%`}`),
    events: await db.orm.select().from(auditEvent).where(eq(auditEvent.grantId, grant.id)).orderBy(auditEvent.id),
    grants: [grant],
  };
  const known = new Map<unknown, string>([
    [clientId, 'client'],
    [grant.id, 'grant'],
    [ada.email, 'email'],
  ]);
  const ofEach = new Set([
    'id',
    'token',
    'codeHash',
    'codeChallenge',
    'authorizationCodeId',
    'requestHash',
    'requestId',
    'rotationReplayResponse',
    'sessionId',
    'userId',
  ]);
  const mask = ([name, value]: readonly [string, unknown]) => {
    if (value instanceof Date) return [name, 'an instant'];
    if (ofEach.has(name)) return [name, typeof value];
    return [name, known.get(value) ?? value];
  };
  return Object.fromEntries(
    Object.entries(rows).map(([name, list]) => [name, list.map((row) => Object.fromEntries(Object.entries(row).map(mask)))]),
  );
};

/** All of an answer that is not different each time. */
const shapeOf = async (answer: Response) => {
  const headers = Object.entries(Object.fromEntries(answer.headers)).filter(([name]) => name !== 'x-request-id');
  const body = (await answer.json()) as Record<string, unknown>;
  const members = Object.entries(body).map(([name, value]) => [name, /token$|expires_at/.test(name) ? typeof value : value]);
  return { status: answer.status, headers: new Map(headers), members };
};

describe('a plain token request', () => {
  it('is written in one statement and no transaction: a refresh', async () => {
    const connection = await connectClient(app, ada);
    begin();
    expect((await refresh(connection)).status).toBe(200);
    expect({ writes, transactions }).toEqual({ writes: 1, transactions: 0 });
  });

  it('is written in one statement and no transaction: an exchange of a code', async () => {
    const issued = await issueCode(app, ada);
    begin();
    expect((await redeem(issued)).status).toBe(200);
    expect({ writes, transactions }).toEqual({ writes: 1, transactions: 0 });
  });

  it('leaves the rows that a transaction leaves: a refresh', async () => {
    const [plain, anew] = [await connectClient(app, ada), await connectClient(app, ada)];
    begin();
    expect((await refresh(plain)).status).toBe(200);
    begin(touch(anew.clientId));
    expect((await refresh(anew)).status).toBe(200);
    expect({ writes, transactions }).toEqual({ writes: 1, transactions: 1 });
    const state = await stateOf(plain.clientId);
    expect(state['tokens']).toHaveLength(2);
    expect(state['events']).toHaveLength(3);
    expect(await stateOf(anew.clientId)).toEqual(state);
  });

  it('leaves the rows that a transaction leaves: an exchange of a code', async () => {
    const [plain, anew] = [await issueCode(app, ada), await issueCode(app, ada)];
    begin();
    expect((await redeem(plain)).status).toBe(200);
    begin(touch(anew.clientId));
    expect((await redeem(anew)).status).toBe(200);
    expect({ writes, transactions }).toEqual({ writes: 1, transactions: 1 });
    const state = await stateOf(plain.clientId);
    expect(state['tokens']).toHaveLength(1);
    expect(state['stored']).toHaveLength(0);
    expect(await stateOf(anew.clientId)).toEqual(state);
  });

  it.each(['none', 'client_secret_post', 'client_secret_basic'])('is answered as in a transaction: %s', async (method) => {
    const client = await register(app, { token_endpoint_auth_method: method });
    const credentials: Parameters = method === 'client_secret_post' ? { client_secret: client.client_secret ?? '' } : {};
    const basic = Buffer.from(`${client.client_id}:${client.client_secret ?? ''}`).toString('base64');
    const headers: Record<string, string> = method === 'client_secret_basic' ? { authorization: `Basic ${basic}` } : {};
    const tokensOf = async (answer: Response) => readTokens(answer.clone());
    const answers: unknown[] = [];
    for (const isPlain of [true, false]) {
      const issued = await issueCode(app, ada, { clientId: client.client_id });
      begin(isPlain ? null : touch(client.client_id));
      const exchanged = await app.fetch(redemption(app, issued, credentials, headers));
      expect({ writes, transactions }).toEqual({ writes: 1, transactions: isPlain ? 0 : 1 });
      const { refresh_token: token = '' } = await tokensOf(exchanged);
      begin(isPlain ? null : touch(client.client_id));
      const refreshed = await app.fetch(refreshing(app, client.client_id, token, credentials, headers));
      expect({ writes, transactions }).toEqual({ writes: 1, transactions: isPlain ? 0 : 1 });
      answers.push(await Promise.all([exchanged, refreshed].map(shapeOf)));
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is none with a cookie: whose page sent it is for the router to judge', async () => {
    const { clientId, refresh_token: token } = await connectClient(app, ada);
    const headers = { cookie: 'a=b', origin: 'https://elsewhere.example' };
    begin();
    expect((await app.fetch(refreshing(app, clientId, token, {}, headers))).status).toBe(403);
    expect({ writes, transactions }).toEqual({ writes: 0, transactions: 1 });
    expect(await currentTokens(clientId)).toHaveLength(1);
  });

  it('writes nothing when the database goes away, and works after that', async () => {
    const connection = await connectClient(app, ada);
    begin(async () => {
      throw new DatabaseTimeout('away');
    });
    expect((await refresh(connection)).status).toBe(503);
    expect(await currentTokens(connection.clientId)).toHaveLength(1);
    expect((await refresh(connection)).status).toBe(200);
  });
});

/** What may change between the reading and the write, and what it is answered then. */
const CHANGES: Readonly<Record<string, (clientId: string) => Promise<unknown>>> = {
  async 'the connection is ended'(clientId) {
    await db.orm.update(oauthGrant).set({ revokedAt: new Date() }).where(eq(oauthGrant.clientId, clientId));
  },
  async 'the client is disabled'(clientId) {
    await (await createTestAdministration(db, app.origin)).clients.setDisabled(clientId, true);
  },
  async 'the account is closed'(clientId) {
    const { userId } = await grantOf(clientId);
    await (await createTestAdministration(db, app.origin)).bans.ban(userId, { reason: null, endsAt: null });
  },
  async 'the account is deleted'(clientId) {
    const { userId } = await grantOf(clientId);
    await db.orm.delete(user).where(eq(user.id, userId));
  },
};

describe('what changes while a plain token request is answered', () => {
  it.each(Object.entries(CHANGES))('is honoured by a refresh: %s', async (_name, change) => {
    const connection = await connectClient(app, ada);
    const before = await currentTokens(connection.clientId);
    begin(() => change(connection.clientId));
    expect([400, 401]).toContain((await refresh(connection)).status);
    expect(writes).toBe(1);
    const ids = before.map(({ id }) => id);
    expect((await currentTokens(connection.clientId)).filter(({ id }) => !ids.includes(id))).toEqual([]);
  });

  it.each(Object.entries(CHANGES))('is honoured by an exchange of a code: %s', async (_name, change) => {
    const issued = await issueCode(app, ada);
    begin(() => change(issued.clientId));
    expect([400, 401]).toContain((await redeem(issued)).status);
    expect(writes).toBe(1);
    expect(await currentTokens(issued.clientId)).toEqual([]);
  });

  it('is another rotation, whose answer is repeated', async () => {
    const connection = await connectClient(app, ada);
    let first: Response | null = null;
    begin(async () => void (first = await refresh(connection)));
    const second = await readTokens(await refresh(connection));
    expect(first).not.toBeNull();
    expect(second.refresh_token).toBe((await readTokens(first ?? Response.error())).refresh_token);
    expect(await currentTokens(connection.clientId)).toHaveLength(1);
  });

  it('is another exchange of the same code, which ends the connection', async () => {
    const issued = await issueCode(app, ada);
    begin(() => redeem(issued));
    expect((await redeem(issued)).status).toBe(400);
    expect((await grantOf(issued.clientId)).revokedReason).toBe('code_replayed');
  });

  it('is a scope that the person takes away, which the answer does not carry', async () => {
    const scope = 'resumes:read resumes:delete offline_access';
    const connection = await connectClient(app, ada, { overrides: { scope } });
    const { scopes } = await grantOf(connection.clientId);
    const left = scopes.filter((each) => each !== 'resumes:delete');
    expect(left.length).toBeLessThan(scopes.length);
    begin(() =>
      db.orm.update(oauthGrant).set({ scopes: left, consentedScopes: scopes }).where(eq(oauthGrant.clientId, connection.clientId)),
    );
    const answered = await readTokens(await refresh(connection));
    expect(answered.scope?.split(' ').toSorted()).toEqual(left.toSorted());
  });

  it('is the session that ends: a refresh goes on without it, a code is worth nothing', async () => {
    const connection = await connectClient(app, ada);
    const issued = await issueCode(app, ada);
    const { userId } = await grantOf(connection.clientId);
    const signOut = () => db.orm.delete(session).where(eq(session.userId, userId));
    begin(signOut);
    expect((await refresh(connection)).status).toBe(200);
    expect((await currentTokens(connection.clientId)).map(({ sessionId }) => sessionId)).toEqual([null]);
    begin();
    expect((await redeem(issued)).status).toBe(400);
  });
});

/** The database, but that {@link meanwhile} happens in front of the write of a plain token request. */
function interrupt(whole: Database): Database {
  return {
    ...whole,
    async insertTogether(rows, condition) {
      if (rows.some(({ values }) => isTokenEvent(values['event']))) {
        writes += 1;
        const happens = meanwhile;
        meanwhile = null;
        await happens?.();
      }
      return whole.insertTogether(rows, condition);
    },
    transaction(work) {
      transactions += 1;
      return whole.transaction(work);
    },
  };
}

function isTokenEvent(event: unknown): boolean {
  return event === 'token.issued' || event === 'token.refreshed';
}

import { and, eq, isNotNull, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { oauthClient, oauthClientAssertion, oauthConsent, oauthRefreshToken, session, verification } from '../../src/db/schema/auth.ts';
import { oauthGrant, oauthGrantCode, revocation } from '../../src/db/schema/grants.ts';
import { rateLimit } from '../../src/db/schema/limits.ts';
import { oauthClientRegistration } from '../../src/db/schema/registrations.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { testDatabaseKind } from '../support/database.ts';
import { connect, createOAuthClient, type Connected } from '../support/oauth.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { createRowTemplate } from '../support/row-copies.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = new Date('2026-06-01T12:00:00Z');
const DAYS = 30;
/** The embedded database serves a person or a team: a quarter of the volume there, all of it on PostgreSQL. */
const SHARE = testDatabaseKind() === 'postgres' ? 1 : 1 / 4;
const REGISTRATIONS = 1_000 * SHARE;
const REFRESHES = 10_000 * SHARE;
/** The rows of the one connection that is refreshed throughout the month. */
const OWN_ROWS = DAYS + 5;
/** Short, so that events begin to go within the month. */
const RETENTION_DAYS = 5;

const TABLES: Readonly<Record<string, PgTable>> = {
  auditEvent,
  oauthClient,
  oauthClientAssertion,
  oauthClientRegistration,
  oauthConsent,
  oauthGrant,
  oauthGrantCode,
  oauthRefreshToken,
  rateLimit,
  revocation,
  session,
  verification,
};

/**
 * A month of a busy server. What real flows wrote is copied as often as a day has such flows, in its shape and with its times moved.
 * Before the month the tables hold what earlier days left and this month removes: of the 90 days of tokens and clients the oldest 30,
 * for what is younger stays throughout and changes no difference.
 */
describe('the tables of a busy server', () => {
  let app: TestApp;
  let ada: Person;
  let kept: Connected;
  let writers: readonly {
    readonly kind: 'client' | 'grant' | 'refresh' | 'old refresh' | 'event' | 'rest';
    readonly write: (day: number) => Promise<void>;
  }[];

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    app = await createTestApp({ settings: { AUDIT_RETENTION_DAYS: String(RETENTION_DAYS) } });
    ada = await signUp(app);
    kept = await connect(app, ada);
    kept = { ...kept, ...(await refreshed(kept)) };
    // One connection that is over, and one client that came to nothing.
    const passing = await connect(app, ada);
    await passing.oauth.revoke(passing.refreshToken);
    const nothing = await createOAuthClient(app, { client_name: 'Came to nothing' });
    await app.db.orm.insert(rateLimit).values({ key: 'of-a-day', spent: 1, endsAt: new Date(START.getTime() + 60_000) });
    await app.db.orm.insert(oauthClientAssertion).values({ id: 'of-a-day', expiresAt: new Date(START.getTime() + 300_000) });
    writers = await createWriters(nothing.client.client_id);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await app.close();
  });

  const refreshed = async ({ oauth, refreshToken }: Connected) => {
    const tokens = await oauth.refresh(refreshToken);
    return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '' };
  };

  /** What writes one day's rows of each kind: copies with the times moved by so many days, under ids of that day. */
  const createWriters = async (unusedClient: string) => {
    const writer = async (
      kind: (typeof writers)[number]['kind'],
      table: PgTable,
      condition: SQL | undefined,
      count: number,
      ids: string,
      times: string,
      rest: Readonly<Record<string, SQL>> = {},
    ) => {
      const template = await createRowTemplate(app.db, table, condition ?? sql`true`);
      const write = (day: number) =>
        template.copy(
          count,
          Object.fromEntries<SQL>([
            ...ids.split(' ').map((name): [string, SQL] => [name, sql.raw(`'copy-${day}-' || n`)]),
            ...times.split(' ').map((name): [string, SQL] => [name, sql.raw(`t.${name} + make_interval(days => ${day})`)]),
            ...Object.entries(rest),
          ]),
        );
      return { kind, write };
    };
    const [ended] = await app.db.orm.select({ id: oauthGrant.id }).from(oauthGrant).where(isNotNull(oauthGrant.revokedAt));
    const grantId = ended?.id ?? '';
    const first = (event: string) => sql`id = (select min(id) from audit_event where event = ${event})`;
    const registration = eq(oauthClientRegistration.clientId, unusedClient);
    const rotated = and(isNotNull(oauthRefreshToken.rotationReplayResponse), isNotNull(oauthRefreshToken.revoked));
    const rotation = 'created_at expires_at rotated_at revoked rotation_replay_expires_at';
    const many = REGISTRATIONS;
    return [
      await writer('client', oauthClient, eq(oauthClient.clientId, unusedClient), many, 'id client_id', 'created_at updated_at'),
      await writer('client', oauthClientRegistration, registration, many, 'fingerprint client_id', 'registered_at last_registered_at'),
      // Each registration leads to a connection that somebody ends.
      await writer('grant', oauthGrant, eq(oauthGrant.id, grantId), many, 'id client_id', 'created_at activated_at expires_at revoked_at'),
      await writer(
        'grant',
        oauthConsent,
        eq(oauthConsent.referenceId, grantId),
        many,
        'id reference_id client_id',
        'created_at updated_at',
      ),
      await writer(
        'grant',
        oauthGrantCode,
        eq(oauthGrantCode.grantId, grantId),
        many,
        'code_hash grant_id request_hash',
        'issued_at redeemed_at',
      ),
      await writer('grant', revocation, eq(revocation.subjectId, grantId), many, 'subject_id', 'revoked_at expires_at'),
      // The answer by its first characters: rows count here, not bytes.
      await writer('refresh', oauthRefreshToken, rotated, REFRESHES, 'id token', rotation, {
        rotation_replay_response: sql`left(t.rotation_replay_response, 40)`,
      }),
      await writer('old refresh', oauthRefreshToken, rotated, REFRESHES, 'id token', rotation, { rotation_replay_response: sql`null` }),
      await writer('event', auditEvent, first('token.refreshed'), REFRESHES, 'request_id', 'at'),
      await writer('event', auditEvent, first('client.registered'), many, 'request_id', 'at'),
      await writer('event', auditEvent, first('grant.opened'), many, 'request_id', 'at'),
      await writer('event', auditEvent, first('token.issued'), many, 'request_id', 'at'),
      await writer('event', auditEvent, first('grant.revoked'), many, 'request_id', 'at'),
      await writer('rest', session, undefined, many, 'id token', 'created_at updated_at expires_at'),
      await writer('rest', rateLimit, undefined, many, 'key', 'ends_at'),
      await writer('rest', oauthClientAssertion, undefined, many, 'id', 'expires_at'),
    ] as const;
  };
  const writeDays = async (from: number, to: number, kinds: readonly string[]) => {
    for (let day = from; day < to; day += 1) {
      for (const { kind, write } of writers) if (kinds.includes(kind)) await write(day);
    }
  };
  const countRows = async () => {
    const counts: [string, number][] = [];
    for (const [name, table] of Object.entries(TABLES)) counts.push([name, await app.db.orm.$count(table)]);
    return Object.fromEntries(counts);
  };

  // proves janitor:flat
  it(
    `hold after ${DAYS} days of ${REGISTRATIONS} registrations and ${REFRESHES} refreshes what they held before`,
    { timeout: 600_000 },
    async () => {
      await writeDays(-90, -90 + DAYS, ['client', 'grant', 'old refresh']);
      await writeDays(-RETENTION_DAYS, 0, ['client', 'grant', 'event']);
      await writeDays(-DAYS, 0, ['rest']);
      await app.sweep();
      const before = await countRows();

      for (let day = 0; day < DAYS; day += 1) {
        vi.setSystemTime(START.getTime() + day * DAY_MS);
        await writeDays(day, day + 1, ['client', 'grant', 'refresh', 'event', 'rest']);
        kept = { ...kept, ...(await refreshed(kept)) };
        vi.setSystemTime(START.getTime() + (day + 1) * DAY_MS);
        await app.sweep();
      }
      const after = await countRows();
      for (const [name, rows] of Object.entries(after)) {
        expect([name, Math.abs(rows - (before[name] ?? 0)) <= OWN_ROWS]).toEqual([name, true]);
      }
      kept = { ...kept, ...(await refreshed(kept)) };
      const answer = await app.fetch(
        buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${kept.accessToken}` }),
      );
      expect(answer.status).toBe(200);
    },
  );
});

import { and, desc, eq, sql, type SQLWrapper } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { WriteCondition } from '../db/kept-inserts.ts';
import type { Orm } from '../db/orm.ts';
import { isVersion, versionOf } from '../db/row-version.ts';
import { oauthClient, oauthConsent, session, user } from '../db/schema/auth.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import { handAnswer, handRow } from './remembered-reads.ts';
import type { RequestFlow } from './request-flow.ts';
import { isReusable, isReusableRedirect, type Returning } from './reusable-grants.ts';
import { parseScopeList } from './scopes.ts';

/** What an authorization request of somebody who is signed in needs of the database. */
export interface AuthorizationReads {
  /**
   * Reads client, session, person, grant and consent in one statement and hands them to whoever asks for them while the request is
   * answered. When all are there, what is kept back is written only while each of these rows is as it was read.
   *
   * @param parameters of the authorization request, with nothing checked but that they are text
   * @param cookie the signed cookie of the session; whether the signature is right is for the library to say, before it asks for the session
   */
  read(parameters: Readonly<Record<string, unknown>>, cookie: string | null | undefined, flow: RequestFlow): Promise<void>;
}

/** Of letters and digits, as the library makes them: nothing else in its place is given to the database. */
const SIGNED_TOKEN = /^([A-Za-z0-9_-]{1,128})\.[^.]+$/;

export function createAuthorizationReads(db: Database, clock: () => Date): AuthorizationReads {
  const readAll = db.prepare((orm) => build(orm, sql`${sql.placeholder('scopes')}::text[]`));
  const readWithAnyScopes = db.prepare((orm) => build(orm, null));

  return {
    async read(parameters, cookie, flow) {
      const { client_id: clientId, redirect_uri: redirectUri = '', scope } = parameters;
      const token = SIGNED_TOKEN.exec(cookie ?? '')?.[1];
      if (flow.reads === null || flow.kept === null || token === undefined) return;
      if (typeof clientId !== 'string' || typeof redirectUri !== 'string' || (scope !== undefined && typeof scope !== 'string')) return;
      const scopes = scope === undefined ? null : parseScopeList(scope);
      const values = { clientId, token, redirectUri: isReusableRedirect(redirectUri) ? redirectUri : null, now: clock().toISOString() };
      const [found] = await (scopes === null
        ? readWithAnyScopes(values)
        : readAll({ ...values, scopes: oauthGrant.scopes.mapToDriverValue([...scopes]) }));
      if (found === undefined) return;
      const { client, grantId, consent, versions } = found;
      handRow(flow.reads, 'oauthClient', 'clientId', client);
      if (found.session === null || found.user === null) return;
      handAnswer(flow.reads, sessionQuery(token), { ...found.session, user: found.user });
      if (grantId === null) return;
      flow.reads.set(nameReturning({ userId: found.user.id, clientId, redirectUri, scopes }), grantId);
      if (consent === null) return;
      handAnswer(flow.reads, consentQuery(clientId, found.user.id, grantId), consent);
      const ids = { client: client.id, session: found.session.id, user: found.user.id, grant: grantId, consent: consent.id };
      flow.kept.condition = unchanged(ids, versions);
    },
  };
}

/** The grant that was read already for somebody who comes back; undefined: none was. */
export function findReadGrant({ reads }: RequestFlow, returning: Returning): string | undefined {
  const known = reads?.get(nameReturning(returning));
  return typeof known === 'string' ? known : undefined;
}

function nameReturning({ userId, clientId, redirectUri, scopes }: Returning): string {
  return `reusable grant ${JSON.stringify([userId, clientId, redirectUri, scopes])}`;
}

/** The library's questions, which it asks its adapter. */
function sessionQuery(token: string) {
  return { model: 'session', where: [{ field: 'token', value: token }], join: { user: true } };
}

function consentQuery(clientId: string, userId: string, referenceId: string) {
  const where = Object.entries({ clientId, userId, referenceId }).map(([field, value]) => ({ field, value }));
  return { model: 'oauthConsent', where };
}

const TABLES = { client: oauthClient, session, user, grant: oauthGrant, consent: oauthConsent } as const;
type Part = keyof typeof TABLES;

function build(orm: Orm, scopes: SQLWrapper | null) {
  const returning = {
    userId: session.userId,
    clientId: oauthClient.clientId,
    redirectUri: sql.placeholder('redirectUri'),
    scopes,
  };
  const grant = orm
    .select({ id: oauthGrant.id, version: versionOf(oauthGrant).as('version') })
    .from(oauthGrant)
    .where(isReusable(returning, sql.placeholder('now')))
    .orderBy(desc(oauthGrant.createdAt))
    .limit(1)
    .as('reusable');
  return orm
    .select({
      client: oauthClient,
      session,
      user,
      grantId: grant.id,
      consent: oauthConsent,
      versions: {
        client: versionOf(oauthClient),
        session: versionOf(session),
        user: versionOf(user),
        grant: grant.version,
        consent: versionOf(oauthConsent),
      },
    })
    .from(oauthClient)
    .leftJoin(session, eq(session.token, sql.placeholder('token')))
    .leftJoin(user, eq(user.id, session.userId))
    .leftJoinLateral(grant, sql`true`)
    .leftJoin(
      oauthConsent,
      and(eq(oauthConsent.clientId, oauthClient.clientId), eq(oauthConsent.userId, user.id), eq(oauthConsent.referenceId, grant.id)),
    )
    .where(eq(oauthClient.clientId, sql.placeholder('clientId')))
    .limit(1);
}

function unchanged(ids: Readonly<Record<Part, string>>, versions: Readonly<Record<Part, string | null>>): WriteCondition {
  const parts = Object.entries(TABLES);
  return {
    name: 'what an authorization was read from is unchanged',
    build: (value) =>
      sql`select 1 from ${sql.join(
        parts.map(([, table]) => sql`${table}`),
        sql`, `,
      )} where ${and(...parts.map(([part, table]) => sql`${table.id} = ${value(part)} and ${isVersion(table, value(`${part} version`))}`))}`,
    values: { ...ids, ...Object.fromEntries(Object.entries(versions).map(([part, version]) => [`${part} version`, version])) },
  };
}

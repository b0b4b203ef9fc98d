import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { WriteCondition } from '../db/kept-inserts.ts';
import { isVersion, versionOf } from '../db/row-version.ts';
import { oauthClient, session, user, verification } from '../db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../db/schema/grants.ts';
import { isPlainRedemption } from './authorization-codes.ts';
import { createDeferral, Unforeseen } from './deferral.ts';
import { hashToken } from './hashes.ts';
import { isLive } from './live-grants.ts';
import { textOf, toIssuedRow, type PlainTokenRequest } from './plain-token-requests.ts';

/** Finds what is known of an authorization code; null when its redemption can't be a plain one. */
export type ReadPlainRedemption = (code: string) => Promise<PlainTokenRequest | null>;

/** The session that a code was given to, as the library keeps it in the value of the code: a row of this identifier is never another's. */
const SESSION_ID = sql<string>`(${verification.value}::jsonb ->> 'sessionId')`;

/** @param newId names a row that the library creates */
export function createPlainRedemptions(
  db: Database,
  clock: () => Date,
  { resource, newId }: { readonly resource: string; readonly newId: () => string },
): ReadPlainRedemption {
  const read = db.prepare((orm) =>
    orm
      .select({
        issued: oauthGrantCode,
        stored: verification,
        person: user,
        client: oauthClient,
        session,
        versions: {
          issued: versionOf(oauthGrantCode),
          stored: versionOf(verification),
          grant: versionOf(oauthGrant),
          person: versionOf(user),
          client: versionOf(oauthClient),
          session: versionOf(session),
        },
      })
      .from(oauthGrantCode)
      .innerJoin(oauthGrant, and(eq(oauthGrant.id, oauthGrantCode.grantId), isLive(sql.placeholder('now'))))
      .innerJoin(user, eq(user.id, oauthGrant.userId))
      .innerJoin(oauthClient, eq(oauthClient.clientId, oauthGrantCode.clientId))
      .innerJoin(verification, eq(verification.identifier, oauthGrantCode.codeHash))
      .innerJoin(session, eq(session.id, SESSION_ID))
      .where(and(eq(oauthGrantCode.codeHash, sql.placeholder('codeHash')), isNull(oauthGrantCode.redeemedAt))),
  );

  return async (code) => {
    const codeHash = hashToken(code);
    const [found, ...more] = await read({ codeHash, now: clock() });
    if (found === undefined || more.length > 0) return null;
    const { issued, stored, person, client, versions } = found;
    const deferral = createDeferral(
      [
        { model: 'verification', field: 'identifier', rows: [stored] },
        { model: 'user', field: 'id', rows: [person] },
        { model: 'oauthClient', field: 'clientId', rows: [client] },
        { model: 'session', field: 'id', rows: [found.session] },
      ],
      newId,
    );
    return {
      deferral,
      judge(parameters, clientId) {
        const presented = { clientId, redirectUri: textOf(parameters, 'redirect_uri'), codeVerifier: textOf(parameters, 'code_verifier') };
        const isOurs = parameters['resource'] === undefined || parameters['resource'] === resource;
        if (!isOurs || !isPlainRedemption(issued, presented, clock())) throw new Unforeseen('a redemption that is not plain');
        return { grantId: issued.grantId, userId: person.id, codeHash };
      },
      async write(event) {
        const [deletion, creation, ...others] = deferral.writes();
        const isForeseen = deletion?.kind === 'delete' && deletion.id === stored.id && others.length === 0;
        if (!isForeseen || (creation !== undefined && (creation.kind !== 'create' || creation.model !== 'oauthRefreshToken')))
          throw new Unforeseen('an exchange of another kind');
        return db.insertTogether([...(creation === undefined ? [] : [toIssuedRow(creation.row)]), event], {
          ...REDEMPTION,
          values: {
            now: clock().toISOString(),
            codeHash,
            storedId: stored.id,
            sessionId: found.session.id,
            issuedVersion: versions.issued,
            storedVersion: versions.stored,
            grantVersion: versions.grant,
            personVersion: versions.person,
            clientVersion: versions.client,
            sessionVersion: versions.session,
          },
        });
      },
    };
  };
}

/** That all is as it was read, under the locks of every other writer: the order of the names behind FOR is that of lock-order.ts. */
const REDEMPTION: Omit<WriteCondition, 'values'> = {
  name: 'a redemption of what was read',
  build: (
    value,
  ) => sql`select ${oauthGrantCode.codeHash} as code_hash, ${oauthGrantCode.grantId} as grant_id, ${verification.id} as stored_id
    from ${oauthGrantCode}
    join ${oauthGrant} on ${oauthGrant.id} = ${oauthGrantCode.grantId} and ${isLive(sql`${value('now')}::timestamptz`)}
      and ${isVersion(oauthGrant, value('grantVersion'))}
    join ${user} on ${user.id} = ${oauthGrant.userId} and ${isVersion(user, value('personVersion'))}
    join ${oauthClient} on ${oauthClient.clientId} = ${oauthGrantCode.clientId} and ${isVersion(oauthClient, value('clientVersion'))}
    join ${verification} on ${verification.id} = ${value('storedId')} and ${isVersion(verification, value('storedVersion'))}
    join ${session} on ${session.id} = ${value('sessionId')} and ${isVersion(session, value('sessionVersion'))}
    where ${oauthGrantCode.codeHash} = ${value('codeHash')} and ${oauthGrantCode.redeemedAt} is null
      and ${isVersion(oauthGrantCode, value('issuedVersion'))}
    for key share of ${user}, ${oauthClient}, ${session}
    for update of ${oauthGrantCode}, ${oauthGrant}, ${verification}`,
  alongside: (value) => [
    sql`delete from ${verification} using held where ${verification.id} = held.stored_id`,
    sql`update ${oauthGrantCode} set redeemed_at = ${value('now')}::timestamptz from held where ${oauthGrantCode.codeHash} = held.code_hash`,
    sql`update ${oauthGrant} set activated_at = coalesce(activated_at, ${value('now')}::timestamptz) from held where ${oauthGrant.id} = held.grant_id`,
  ],
};

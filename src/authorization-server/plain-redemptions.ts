import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { isVersion, versionOf } from '../db/row-version.ts';
import { oauthClient, session, user, verification } from '../db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../db/schema/grants.ts';
import { isPlainRedemption } from './authorization-codes.ts';
import { createDeferral, Unforeseen } from './deferral.ts';
import { hashToken } from './hashes.ts';
import { isLive } from './live-grants.ts';
import { commitPlain, insertIssued, textOf, type PlainTokenRequest } from './plain-token-requests.ts';

/** Finds what is known of an authorization code; null when its redemption can't be a plain one. */
export type ReadPlainRedemption = (code: string) => Promise<PlainTokenRequest | null>;

/** The session that a code was given to, as the library keeps it in the value of the code: a row of this identifier is never another's. */
const SESSION_ID = sql<string>`(${verification.value}::jsonb ->> 'sessionId')`;

/** @param newId names a row in the library's way */
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
        return { grantId: issued.grantId, codeHash };
      },
      write(append) {
        const [deletion, creation, ...others] = deferral.writes();
        const isForeseen = deletion?.kind === 'delete' && deletion.id === stored.id && others.length === 0;
        if (!isForeseen || (creation !== undefined && (creation.kind !== 'create' || creation.model !== 'oauthRefreshToken')))
          throw new Unforeseen('an exchange of another kind');
        const now = clock();
        const at = sql`${now.toISOString()}::timestamptz`;
        // The order of the names behind FOR is that of the locks, and that of every writer: see lock-order.ts.
        return commitPlain(
          db,
          sql`with held as (
              select ${oauthGrantCode.codeHash} as code_hash, ${oauthGrantCode.grantId} as grant_id from ${oauthGrantCode}
              join ${oauthGrant} on ${oauthGrant.id} = ${oauthGrantCode.grantId} and ${isLive(now)} and ${isVersion(oauthGrant, versions.grant)}
              join ${user} on ${user.id} = ${oauthGrant.userId} and ${isVersion(user, versions.person)}
              join ${oauthClient} on ${oauthClient.clientId} = ${oauthGrantCode.clientId} and ${isVersion(oauthClient, versions.client)}
              join ${verification} on ${verification.id} = ${stored.id} and ${isVersion(verification, versions.stored)}
              join ${session} on ${session.id} = ${found.session.id} and ${isVersion(session, versions.session)}
              where ${oauthGrantCode.codeHash} = ${codeHash} and ${oauthGrantCode.redeemedAt} is null
                and ${isVersion(oauthGrantCode, versions.issued)}
              for key share of ${user}, ${oauthClient}, ${session}
              for update of ${oauthGrantCode}, ${oauthGrant}, ${verification}
            ), consumed as (
              delete from verification using held where verification.id = ${stored.id}
            ), redeemed as (
              update oauth_grant_code set redeemed_at = ${at} from held where oauth_grant_code.code_hash = held.code_hash
            ), activated as (
              update oauth_grant set activated_at = coalesce(activated_at, ${at}) from held where oauth_grant.id = held.grant_id
            )${creation === undefined ? sql`` : sql`, issued as (${insertIssued(creation.row, sql`held`)})`}
            ${append(sql`held`)} returning id`,
        );
      },
    };
  };
}

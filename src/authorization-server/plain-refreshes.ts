import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../db/client.ts';
import type { WriteCondition } from '../db/kept-inserts.ts';
import { isVersion, versionOf } from '../db/row-version.ts';
import { oauthClient, oauthRefreshToken, session, user } from '../db/schema/auth.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import { createDeferral, Unforeseen } from './deferral.ts';
import { hashToken } from './hashes.ts';
import { isLive, LIVE_GRANT_COLUMNS, toLiveGrant } from './live-grants.ts';
import { textOf, toIssuedRow, type PlainTokenRequest } from './plain-token-requests.ts';
import { isPlainRefresh } from './refresh-tokens.ts';

/** What a rotation leaves in the row of the token that was presented. */
const rotationSchema = z.strictObject({
  revoked: z.date(),
  rotatedAt: z.date(),
  rotationReplayExpiresAt: z.date(),
  rotationReplayResponse: z.string(),
});

/** Finds what is known of a refresh token; null when its refresh can't be a plain one. */
export type ReadPlainRefresh = (refreshToken: string) => Promise<PlainTokenRequest | null>;

/** @param newId names a row that the library creates */
export function createPlainRefreshes(db: Database, clock: () => Date, newId: () => string): ReadPlainRefresh {
  const read = db.prepare((orm) =>
    orm
      .select({
        token: oauthRefreshToken,
        grant: LIVE_GRANT_COLUMNS,
        person: user,
        client: oauthClient,
        versions: {
          token: versionOf(oauthRefreshToken),
          grant: versionOf(oauthGrant),
          person: versionOf(user),
          client: versionOf(oauthClient),
        },
      })
      .from(oauthRefreshToken)
      .innerJoin(oauthGrant, and(eq(oauthGrant.id, oauthRefreshToken.referenceId), isLive(sql.placeholder('now'))))
      .innerJoin(user, eq(user.id, oauthRefreshToken.userId))
      .innerJoin(oauthClient, eq(oauthClient.clientId, oauthRefreshToken.clientId))
      .where(eq(oauthRefreshToken.token, sql.placeholder('hash'))),
  );

  return async (refreshToken) => {
    const [found] = await read({ hash: hashToken(refreshToken), now: clock() });
    if (found === undefined || found.token.revoked !== null || found.token.referenceId === null) return null;
    const { token, person, client, versions } = found;
    const grantId = found.token.referenceId;
    const deferral = createDeferral(
      [
        { model: 'oauthRefreshToken', field: 'token', rows: [token] },
        { model: 'user', field: 'id', rows: [person] },
        { model: 'oauthClient', field: 'clientId', rows: [client] },
      ],
      newId,
    );
    return {
      deferral,
      judge(parameters, clientId) {
        const refresh = { clientId, scope: textOf(parameters, 'scope') };
        if (!isPlainRefresh({ token, grant: toLiveGrant(found.grant) }, refresh)) throw new Unforeseen('a refresh that is not plain');
        return { grantId, userId: person.id, codeHash: null };
      },
      async write(event) {
        const [change, creation, ...more] = deferral.writes();
        const rotation = change?.kind === 'change' && change.id === token.id ? rotationSchema.safeParse(change.set).data : undefined;
        if (rotation === undefined || creation?.kind !== 'create' || creation.model !== 'oauthRefreshToken' || more.length > 0)
          throw new Unforeseen('a rotation of another kind');
        const { revoked, rotatedAt, rotationReplayExpiresAt, rotationReplayResponse } = rotation;
        return db.insertTogether([toIssuedRow(creation.row), event], {
          ...(token.sessionId === null ? ROTATION : SIGNED_IN_ROTATION),
          values: {
            now: clock().toISOString(),
            id: token.id,
            tokenVersion: versions.token,
            grantVersion: versions.grant,
            personVersion: versions.person,
            clientVersion: versions.client,
            revoked: revoked.toISOString(),
            rotatedAt: rotatedAt.toISOString(),
            replayExpiresAt: rotationReplayExpiresAt.toISOString(),
            replayResponse: rotationReplayResponse,
          },
        });
      },
    };
  };
}

type Rotation = Omit<WriteCondition, 'values'>;

const SIGNED_IN_ROTATION = buildRotation('a rotation while its session lives', true);
const ROTATION = buildRotation('a rotation without a session', false);

/** That all is as it was read, under the locks of every other writer: the order of the names behind FOR is that of lock-order.ts. */
function buildRotation(name: string, isSignedIn: boolean): Rotation {
  return {
    name,
    build: (value) => sql`select ${oauthRefreshToken.id} as id from ${oauthRefreshToken}
      join ${oauthGrant} on ${oauthGrant.id} = ${oauthRefreshToken.referenceId} and ${isLive(sql`${value('now')}::timestamptz`)}
        and ${isVersion(oauthGrant, value('grantVersion'))}
      join ${user} on ${user.id} = ${oauthRefreshToken.userId} and ${isVersion(user, value('personVersion'))}
      join ${oauthClient} on ${oauthClient.clientId} = ${oauthRefreshToken.clientId} and ${isVersion(oauthClient, value('clientVersion'))}
      ${isSignedIn ? sql`join ${session} on ${session.id} = ${oauthRefreshToken.sessionId}` : sql``}
      where ${oauthRefreshToken.id} = ${value('id')} and ${oauthRefreshToken.revoked} is null
        and ${isVersion(oauthRefreshToken, value('tokenVersion'))}
      for key share of ${user}, ${oauthClient}${isSignedIn ? sql`, ${session}` : sql``}
      for update of ${oauthRefreshToken}, ${oauthGrant}`,
    // The library's columns have no time zone.
    alongside: (value) => [
      sql`update ${oauthRefreshToken} set revoked = ${value('revoked')}::timestamp, rotated_at = ${value('rotatedAt')}::timestamp,
        rotation_replay_expires_at = ${value('replayExpiresAt')}::timestamp, rotation_replay_response = ${value('replayResponse')}
      from held where ${oauthRefreshToken.id} = held.id`,
    ],
  };
}

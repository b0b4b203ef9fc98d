import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthClient, oauthRefreshToken, session, user, verification } from '../db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../db/schema/grants.ts';

/**
 * Whoever locks several rows locks them in this order, and then nobody waits in a circle: the person, the client, the session, then a refresh
 * token or a code, then connections by id.
 *
 * What deletes a person, a client or a session keeps to it by the foreign keys. A token request starts from the token or code, and what it
 * writes in the end refers to the three in front of it: so it locks those first, for as long as it takes, against being deleted
 * and against nothing else. Join both to the query that locks the token or code; they are of the same statement.
 */
export function holdParentsOfToken(db: Database, hash: string) {
  const isPresented = eq(oauthRefreshToken.token, hash);
  const person = db.orm.$with('held_person').as(
    db.orm
      .select({ id: user.id })
      .from(oauthRefreshToken)
      .innerJoin(user, eq(user.id, oauthRefreshToken.userId))
      .innerJoin(oauthClient, eq(oauthClient.clientId, oauthRefreshToken.clientId))
      .where(isPresented)
      .for('key share', { of: [user, oauthClient] }),
  );
  const signedIn = db.orm.$with('held_session').as(
    db.orm
      .select({ id: sql<string>`${session.id}`.as('session_id') })
      .from(person)
      .innerJoin(oauthRefreshToken, isPresented)
      .innerJoin(session, eq(session.id, oauthRefreshToken.sessionId))
      .for('key share', { of: session }),
  );
  return { person, signedIn };
}

/** As {@link holdParentsOfToken}. The session of a code stands in the library's row, which is deleted when the code is redeemed. */
export function holdParentsOfCode(db: Database, codeHash: string) {
  const person = db.orm.$with('held_person').as(
    db.orm
      .select({ id: user.id })
      .from(oauthGrantCode)
      .innerJoin(oauthGrant, eq(oauthGrant.id, oauthGrantCode.grantId))
      .innerJoin(user, eq(user.id, oauthGrant.userId))
      .innerJoin(oauthClient, eq(oauthClient.clientId, oauthGrantCode.clientId))
      .where(eq(oauthGrantCode.codeHash, codeHash))
      .for('key share', { of: [user, oauthClient] }),
  );
  const signedIn = db.orm.$with('held_session').as(
    db.orm
      .select({ id: sql<string>`${session.id}`.as('session_id') })
      .from(person)
      .innerJoin(verification, eq(verification.identifier, codeHash))
      .innerJoin(session, eq(session.id, sql`${verification.value}::jsonb ->> 'sessionId'`))
      .for('key share', { of: session }),
  );
  return { person, signedIn };
}

import type { AuditTrail } from '../db/audit.ts';
import type { Auth } from './auth.ts';

/** A browser a person is signed in with. Its token stays here: it is the secret of the cookie. */
export interface BrowserSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface BrowserSessions {
  /** Live sessions of the person, newest first. */
  list(userId: string): Promise<readonly BrowserSession[]>;
  /**
   * Ends one session. Grants stand: a connection outlives the session it was allowed in.
   *
   * @returns false when the person has no such session
   */
  end(userId: string, sessionId: string): Promise<boolean>;
}

/**
 * Sessions through the library's own adapter. Its HTTP endpoint for the list wants a sign-in of the last minutes, which suits
 * deleting an account, not looking at where one is signed in.
 */
export function createBrowserSessions(auth: Auth, audit: AuditTrail): BrowserSessions {
  const load = async (userId: string) => {
    const { internalAdapter } = await auth.$context;
    const sessions = await internalAdapter.listSessions(userId, { onlyActiveSessions: true });
    return sessions.toSorted((left, right) => right.createdAt.getTime() - left.createdAt.getTime());
  };
  return {
    async list(userId) {
      return (await load(userId)).map(({ id, createdAt, ipAddress, userAgent }) => ({
        id,
        createdAt,
        address: ipAddress === undefined || ipAddress === '' ? null : ipAddress,
        userAgent: userAgent === undefined || userAgent === '' ? null : userAgent,
      }));
    },
    async end(userId, sessionId) {
      const session = (await load(userId)).find(({ id }) => id === sessionId);
      if (session === undefined) return false;
      await (await auth.$context).internalAdapter.deleteSession(session.token);
      await audit.record({ event: 'session.ended', userId });
      return true;
    },
  };
}

import { count, desc, eq, ilike, or, sql } from 'drizzle-orm';
import type { AuditTrail } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import { apikey, session, user } from '../../db/schema/auth.ts';
import { oauthGrant } from '../../db/schema/grants.ts';
import { resume } from '../../db/schema/resumes.ts';
import type { Auth } from '../auth.ts';
import type { GrantStore } from '../grants.ts';
import { deleteLeftBehind } from '../left-behind.ts';
import type { RequestFlows } from '../request-flow.ts';

export interface AdministeredUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isEmailVerified: boolean;
  readonly createdAt: Date;
}

/** A person with what they have here. */
export interface UserOverview extends AdministeredUser {
  readonly sessions: number;
  readonly grants: number;
  readonly apiKeys: number;
  readonly resumes: number;
}

export interface UserPage {
  /** Newest first. */
  readonly users: readonly AdministeredUser[];
  /** Of all that match, however many are here. */
  readonly total: number;
}

export type PasswordProblem = 'too_short' | 'too_long';

export type UserCreation =
  | { readonly ok: true; readonly user: AdministeredUser }
  | { readonly ok: false; readonly problem: PasswordProblem | 'email_taken' };

export interface UserAdministration {
  /** @param search part of an e-mail address or a name */
  list(query: { readonly search: string | null; readonly limit: number }): Promise<UserPage>;
  /** By e-mail address or id. */
  find(person: string): Promise<AdministeredUser | null>;
  describe(userId: string): Promise<UserOverview | null>;
  /** Makes an account; without a password nobody can sign in to it before one is set. No mail is sent. */
  create(account: {
    readonly email: string;
    readonly name: string;
    readonly isEmailVerified: boolean;
    readonly password: string | null;
  }): Promise<UserCreation>;
  /** A link to choose a new password, as the mail has it: it works once, for an hour. No mail is sent. */
  createResetLink(email: string): Promise<string>;
  /** Sets a password, and ends every session and connection. */
  setPassword(userId: string, password: string): Promise<PasswordProblem | null>;
  /** Deletes a person with all that is theirs; what the audit trail says of them stays until its retention ends. */
  delete(userId: string): Promise<void>;
}

export interface UserAdministrationDependencies {
  readonly auth: Auth;
  readonly db: Database;
  readonly audit: AuditTrail;
  readonly flows: RequestFlows;
  readonly grants: GrantStore;
}

const COLUMNS = { id: user.id, email: user.email, name: user.name, isEmailVerified: user.emailVerified, createdAt: user.createdAt };
const OPERATOR = { requestId: 'operator', address: null, userAgent: null };

/** People, through the library's own adapter where anything is written. */
export function createUserAdministration({ auth, db, audit, flows, grants }: UserAdministrationDependencies): UserAdministration {
  const judgePassword = async (password: string): Promise<PasswordProblem | null> => {
    const { minPasswordLength, maxPasswordLength } = (await auth.$context).password.config;
    return password.length < minPasswordLength ? 'too_short' : password.length > maxPasswordLength ? 'too_long' : null;
  };
  const find = async (person: string): Promise<AdministeredUser | null> => {
    const [found] = await db.orm
      .select(COLUMNS)
      .from(user)
      .where(or(eq(user.email, person.toLowerCase()), eq(user.id, person)))
      .limit(1);
    return found ?? null;
  };
  /** One change of the operator's: all of it or nothing. */
  const change = <T>(work: () => Promise<T>) => flows.run(OPERATOR, () => db.transaction(work));
  const storePassword = async (userId: string, password: string) => {
    const { internalAdapter, password: hashing } = await auth.$context;
    const hash = await hashing.hash(password);
    if ((await internalAdapter.findCredentialAccount(userId)) !== null) await internalAdapter.updatePassword(userId, hash);
    else await internalAdapter.createAccount({ userId, providerId: 'credential', accountId: userId, password: hash });
  };

  return {
    find,

    async list({ search, limit }) {
      const pattern = search === null ? null : `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      const isFound = pattern === null ? undefined : or(ilike(user.email, pattern), ilike(user.name, pattern));
      const users = await db.orm.select(COLUMNS).from(user).where(isFound).orderBy(desc(user.createdAt), desc(user.id)).limit(limit);
      const [counted] = await db.orm.select({ total: count() }).from(user).where(isFound);
      return { users, total: counted?.total ?? 0 };
    },

    async describe(userId) {
      const owned = (table: 'session' | 'apikey' | 'oauth_grant' | 'resume') => {
        const rows = {
          session: sql`${session} where ${session.userId} = ${userId} and ${session.expiresAt} > now() at time zone 'utc'`,
          apikey: sql`${apikey} where ${apikey.referenceId} = ${userId}`,
          oauth_grant: sql`${oauthGrant} where ${oauthGrant.userId} = ${userId} and activated_at is not null and revoked_at is null
            and ${oauthGrant.expiresAt} > now()`,
          resume: sql`${resume} where ${resume.userId} = ${userId}`,
        };
        return sql<number>`(select count(*)::int from ${rows[table]})`;
      };
      const [found] = await db.orm
        .select({
          ...COLUMNS,
          sessions: owned('session'),
          grants: owned('oauth_grant'),
          apiKeys: owned('apikey'),
          resumes: owned('resume'),
        })
        .from(user)
        .where(eq(user.id, userId));
      return found ?? null;
    },

    create: ({ email, name, isEmailVerified, password }) =>
      change(async () => {
        const problem = password === null ? null : await judgePassword(password);
        if (problem !== null) return { ok: false, problem };
        if ((await find(email)) !== null) return { ok: false, problem: 'email_taken' };
        const { internalAdapter } = await auth.$context;
        const { id } = await internalAdapter.createUser({ email, name, emailVerified: isEmailVerified }, { method: 'email' });
        if (password !== null) await storePassword(id, password);
        await audit.record({ event: 'account.created', userId: id });
        const created = await find(id);
        if (created === null) throw new TypeError('an account that was made is there');
        return { ok: true, user: created };
      }),

    createResetLink: (email) =>
      change(async () => {
        await auth.api.requestPasswordReset({ body: { email } });
        const [mail] = flows.current().mails;
        if (mail === undefined) throw new TypeError('the library made no link for an account that is there');
        await audit.record({ event: 'password.reset_requested', email });
        return mail.link;
      }),

    setPassword: (userId, password) =>
      change(async () => {
        const problem = await judgePassword(password);
        if (problem !== null) return problem;
        await storePassword(userId, password);
        await (await auth.$context).internalAdapter.deleteUserSessions(userId);
        await grants.revokeAll(userId, 'password_changed');
        await audit.record({ event: 'password.changed', userId });
        return null;
      }),

    delete: (userId) =>
      change(async () => {
        const { internalAdapter, adapter } = await auth.$context;
        // Before anything of theirs: see lock-order.ts.
        await db.orm.select({ id: user.id }).from(user).where(eq(user.id, userId)).for('update');
        // The hook that does so for a person who deletes their account has the adapter of a request, and there is none.
        await deleteLeftBehind(adapter, userId);
        await internalAdapter.deleteUser(userId);
        await audit.record({ event: 'account.deleted', userId });
      }),
  };
}

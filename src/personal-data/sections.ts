import { eq, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import {
  account,
  apikey,
  oauthAccessToken,
  oauthClient,
  oauthConsent,
  oauthRefreshToken,
  passkey,
  session,
  twoFactor,
  user,
  verification,
} from '../db/schema/auth.ts';
import { apiKeyUse } from '../db/schema/api-keys.ts';
import { auditEvent } from '../db/schema/audit.ts';
import { userBan } from '../db/schema/bans.ts';
import { oauthGrant, oauthGrantCalls, oauthGrantCode, revocation } from '../db/schema/grants.ts';
import type { schema } from '../db/schema/index.ts';
import { profile, resumePublication, resumeVisits } from '../db/schema/publishing.ts';
import { resumeReads } from '../db/schema/reads.ts';
import { oauthGrantResume, resume } from '../db/schema/resumes.ts';
import { resumeSuggestion, resumeVersion } from '../db/schema/versions.ts';

/** What one table holds about a person. */
export interface Section {
  readonly table: PgTable;
  /** The rows that are about the person. */
  readonly isAbout: (userId: string) => SQL | undefined;
  /** By which its rows are told apart and put in order. */
  readonly order: readonly PgColumn[];
  /** Columns that stay out: secrets, hashes of them, and what is about others. */
  readonly withheld?: readonly string[];
}

type TableName = keyof { [Name in keyof typeof schema as (typeof schema)[Name] extends PgTable ? Name : never]: true };

const ofGrants = (column: PgColumn, userId: string) =>
  sql`${column} in (select ${oauthGrant.id} from ${oauthGrant} where ${oauthGrant.userId} = ${userId})`;
const ofKeys = (column: PgColumn, userId: string) =>
  sql`${column} in (select ${apikey.id} from ${apikey} where ${apikey.referenceId} = ${userId})`;
const ofResumes = (column: PgColumn, userId: string) =>
  sql`${column} in (select ${resume.id} from ${resume} where ${resume.userId} = ${userId})`;

/** What is stored about a person, by table. Every table is here or in {@link NOT_PERSONAL}. */
export const SECTIONS = {
  user: { table: user, isAbout: (id) => eq(user.id, id), order: [user.id] },
  userBan: { table: userBan, isAbout: (id) => eq(userBan.userId, id), order: [userBan.userId] },
  profile: { table: profile, isAbout: (id) => eq(profile.userId, id), order: [profile.userId] },
  account: {
    table: account,
    isAbout: (id) => eq(account.userId, id),
    order: [account.id],
    withheld: ['password', 'accessToken', 'refreshToken', 'idToken'],
  },
  twoFactor: {
    table: twoFactor,
    isAbout: (id) => eq(twoFactor.userId, id),
    order: [twoFactor.id],
    withheld: ['secret', 'backupCodes'],
  },
  passkey: { table: passkey, isAbout: (id) => eq(passkey.userId, id), order: [passkey.id] },
  session: { table: session, isAbout: (id) => eq(session.userId, id), order: [session.id], withheld: ['token'] },
  // Links of mails, codes and ceremonies under way: that there is one and when it ends. The rest of the row opens something.
  verification: {
    table: verification,
    isAbout: (id) => or(sql`strpos(${verification.value}, ${id}) > 0`, sql`strpos(${verification.identifier}, ${id}) > 0`),
    order: [verification.id],
    withheld: ['identifier', 'value'],
  },
  oauthGrant: { table: oauthGrant, isAbout: (id) => eq(oauthGrant.userId, id), order: [oauthGrant.id] },
  oauthGrantResume: {
    table: oauthGrantResume,
    isAbout: (id) => ofGrants(oauthGrantResume.grantId, id),
    order: [oauthGrantResume.grantId, oauthGrantResume.resumeId],
  },
  oauthGrantCalls: {
    table: oauthGrantCalls,
    isAbout: (id) => ofGrants(oauthGrantCalls.grantId, id),
    order: [oauthGrantCalls.grantId, oauthGrantCalls.day],
  },
  oauthGrantCode: {
    table: oauthGrantCode,
    isAbout: (id) => ofGrants(oauthGrantCode.grantId, id),
    order: [oauthGrantCode.codeHash],
    withheld: ['codeHash', 'requestHash', 'codeChallenge'],
  },
  oauthConsent: { table: oauthConsent, isAbout: (id) => eq(oauthConsent.userId, id), order: [oauthConsent.id] },
  oauthRefreshToken: {
    table: oauthRefreshToken,
    isAbout: (id) => eq(oauthRefreshToken.userId, id),
    order: [oauthRefreshToken.id],
    withheld: ['token', 'rotationReplayResponse'],
  },
  oauthAccessToken: {
    table: oauthAccessToken,
    isAbout: (id) => eq(oauthAccessToken.userId, id),
    order: [oauthAccessToken.id],
    withheld: ['token'],
  },
  revocation: {
    table: revocation,
    isAbout: (id) => or(eq(revocation.subjectId, id), ofGrants(revocation.subjectId, id), ofKeys(revocation.subjectId, id)),
    order: [revocation.id],
  },
  // Apps that the person has connected, or that are theirs.
  oauthClient: {
    table: oauthClient,
    isAbout: (id) =>
      or(
        eq(oauthClient.userId, id),
        sql`${oauthClient.clientId} in (select ${oauthGrant.clientId} from ${oauthGrant} where ${oauthGrant.userId} = ${id})`,
      ),
    order: [oauthClient.id],
    withheld: ['clientSecret', 'contacts', 'metadata', 'referenceId', 'softwareStatement'],
  },
  apikey: { table: apikey, isAbout: (id) => eq(apikey.referenceId, id), order: [apikey.id], withheld: ['key'] },
  apiKeyUse: { table: apiKeyUse, isAbout: (id) => ofKeys(apiKeyUse.apiKeyId, id), order: [apiKeyUse.apiKeyId] },
  resume: { table: resume, isAbout: (id) => eq(resume.userId, id), order: [resume.id] },
  resumePublication: {
    table: resumePublication,
    isAbout: (id) => ofResumes(resumePublication.resumeId, id),
    order: [resumePublication.resumeId],
    withheld: ['passwordHash'],
  },
  resumeVisits: {
    table: resumeVisits,
    isAbout: (id) => ofResumes(resumeVisits.resumeId, id),
    order: [resumeVisits.resumeId, resumeVisits.day, resumeVisits.kind],
  },
  resumeReads: { table: resumeReads, isAbout: (id) => eq(resumeReads.userId, id), order: [resumeReads.id] },
  resumeVersion: {
    table: resumeVersion,
    isAbout: (id) => ofResumes(resumeVersion.resumeId, id),
    order: [resumeVersion.resumeId, resumeVersion.revision],
  },
  resumeSuggestion: {
    table: resumeSuggestion,
    isAbout: (id) => ofResumes(resumeSuggestion.resumeId, id),
    order: [resumeSuggestion.id],
  },
  auditEvent: { table: auditEvent, isAbout: (id) => eq(auditEvent.userId, id), order: [auditEvent.at, auditEvent.id] },
} as const satisfies Partial<Record<TableName, Section>>;

/** Why the other tables hold nothing about a person that could be told from what is about others. */
export const NOT_PERSONAL: Readonly<Record<Exclude<TableName, keyof typeof SECTIONS>, string>> = {
  jwks: 'keys of the server',
  signingKey: 'keys of the server',
  oauthResource: 'the resources of the server',
  oauthClientResource: 'which app may use which resource',
  oauthClientAssertion: 'ids of assertions that apps have used, of no person',
  oauthClientRegistration: 'how apps registered, of no person',
  resumeVisitor: 'who visited today, as hashes with a key of the day: about visitors, and nobody can be told from them',
  rateLimit: 'counts under hashes: whom they are about can not be read from them',
};

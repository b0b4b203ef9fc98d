import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { codeOf, someCause } from '../db/causes.ts';
import type { Database } from '../db/client.ts';
import { Unforeseen, type Deferral } from './deferral.ts';

/**
 * A token request that nothing is peculiar about, of which everything was read in one statement and without a lock. The library judges and
 * answers it by these rows; what it writes is written afterwards in one statement, which locks the rows in the order of every other writer,
 * looks whether they still are what was read, and writes nothing when one is not.
 */
export interface PlainTokenRequest {
  readonly deferral: Deferral;
  /** Our own judgement, as far as it changes nothing. @throws Unforeseen for whatever it is to be refused or changed for */
  judge(parameters: Readonly<Record<string, unknown>>, clientId: string): { readonly grantId: string; readonly codeHash: string | null };
  /**
   * Writes what the library wrote, and what is appended to it. True: it is committed. False: nothing is written.
   *
   * @param append makes an INSERT for each row of the table expression it is given, which has one or none
   * @throws Unforeseen when the library has written anything else than such a request does
   */
  write(append: (source: SQL) => SQL): Promise<boolean>;
}

export function textOf(parameters: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

/** A refresh token as the library creates it. A bound one (RFC 9449) is not among the plain ones. */
const issuedSchema = z.strictObject({
  id: z.string(),
  token: z.string(),
  clientId: z.string(),
  sessionId: z.string().nullish(),
  userId: z.string(),
  referenceId: z.string(),
  authorizationCodeId: z.string().nullish(),
  authTime: z.date().nullish(),
  confirmation: z.null().optional(),
  requestedUserInfoClaims: z.array(z.string()).nullish(),
  scopes: z.array(z.string()),
  resources: z.array(z.string()).nullish(),
  createdAt: z.date(),
  expiresAt: z.date(),
});

/** An INSERT of the refresh token that the library has created, for each row of `source`. @throws Unforeseen for any other row */
export function insertIssued(row: Readonly<Record<string, unknown>>, source: SQL): SQL {
  const { data: issued } = issuedSchema.safeParse(row);
  if (issued === undefined) throw new Unforeseen('a refresh token of another kind');
  return sql`insert into oauth_refresh_token
    (id, token, client_id, session_id, user_id, reference_id, authorization_code_id, resources, requested_user_info_claims, expires_at,
      created_at, auth_time, scopes)
    select ${issued.id}, ${issued.token}, ${issued.clientId}, ${issued.sessionId ?? null}, ${issued.userId}, ${issued.referenceId},
      ${issued.authorizationCodeId ?? null}, ${texts(issued.resources)}, ${texts(issued.requestedUserInfoClaims)},
      ${instant(issued.expiresAt)}, ${instant(issued.createdAt)}, ${instant(issued.authTime)}, ${texts(issued.scopes)}
    from ${source}`;
}

function texts(values: readonly string[] | null | undefined): SQL {
  return sql`${values === null || values === undefined ? null : sql.param([...values])}::text[]`;
}

/** For the library's columns, which have no time zone. */
export function instant(value: Date | null | undefined): SQL {
  return sql`${value?.toISOString() ?? null}::timestamp`;
}

const writtenSchema = z.object({ rows: z.array(z.unknown()) });

/** SQLSTATE classes of a statement that met another transaction: what it refers to has gone meanwhile, or each waited for the other. */
const LOST_RACE = /^(?:23|40)/;

/** Runs the one statement of a plain request. True: it is committed, and wrote. */
export async function commitPlain(db: Database, statement: SQL): Promise<boolean> {
  try {
    return writtenSchema.parse(await db.orm.execute(statement)).rows.length === 1;
  } catch (error) {
    if (someCause(error, (cause) => LOST_RACE.test(codeOf(cause) ?? ''))) return false;
    throw error;
  }
}

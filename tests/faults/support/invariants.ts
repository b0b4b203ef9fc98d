import pg from 'pg';

/** What must hold in the database whatever happened: each query answers the rows that break its rule. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'one live refresh token a grant': `
    select reference_id from oauth_refresh_token where revoked is null group by reference_id having count(*) > 1`,
  'no refresh token without its grant': `
    select id from oauth_refresh_token where reference_id is null or reference_id not in (select id from oauth_grant)`,
  'no code without its grant, no grant without its code': `
    select id from oauth_grant where id not in (select grant_id from oauth_grant_code)`,
  'no grant with tokens that was never activated': `
    select id from oauth_grant where activated_at is null and id in (select reference_id from oauth_refresh_token)`,
  'no token from a code that was not redeemed': `
    select code_hash from oauth_grant_code code where redeemed_at is null and not exists (
      select 1 from oauth_grant_code other where other.grant_id = code.grant_id and other.redeemed_at is not null)
    and exists (select 1 from oauth_refresh_token where reference_id = code.grant_id)`,
  'a revocation for every grant that was ended': `
    select id from oauth_grant where revoked_at is not null
    and id not in (select subject_id from revocation where subject_type = 'grant')
    and not exists (
      select 1 from revocation where subject_type = 'user' and subject_id = oauth_grant.user_id and revocation.revoked_at >= oauth_grant.revoked_at)`,
  'no consent without its grant': `
    select id from oauth_consent where reference_id is null or reference_id not in (select id from oauth_grant)`,
  'every revision of a resume is a version': `
    select id from resume where revision <> (select count(*) from resume_version where resume_id = resume.id)`,
  'no transaction left open': `
    select pid from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and state_change < now() - interval '15 s'`,
};

/** Every broken rule as one line; empty: all hold. */
export async function checkInvariants(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const broken: string[] = [];
    for (const [rule, query] of Object.entries(INVARIANTS)) {
      const { rowCount } = await client.query(query);
      if (rowCount !== 0) broken.push(`${rule}: broken ${rowCount} times`);
    }
    return broken;
  } finally {
    await client.end();
  }
}

import * as apiKeys from './api-keys.ts';
import * as auth from './auth.ts';
import * as audit from './audit.ts';
import * as bans from './bans.ts';
import * as grants from './grants.ts';
import * as limits from './limits.ts';
import * as publishing from './publishing.ts';
import * as reads from './reads.ts';
import * as registrations from './registrations.ts';
import * as resumes from './resumes.ts';
import * as signingKeys from './signing-keys.ts';
import * as versions from './versions.ts';

/** Every table, as drizzle's relational queries and the auth library's adapter want them. */
export const schema = {
  ...auth,
  ...signingKeys,
  ...bans,
  ...grants,
  ...registrations,
  ...resumes,
  ...publishing,
  ...reads,
  ...versions,
  ...audit,
  ...apiKeys,
  ...limits,
};
export type Schema = typeof schema;

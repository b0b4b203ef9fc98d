import type { AccountMails } from '../../../src/authorization-server/account-mails.ts';
import { createAuth, type Auth } from '../../../src/authorization-server/auth.ts';
import type { AuthorizationReads } from '../../../src/authorization-server/authorization-reads.ts';
import type { ClientRequests } from '../../../src/authorization-server/client-requests.ts';
import type { ConsentHooks } from '../../../src/authorization-server/consent-hooks.ts';
import type { GrantStore } from '../../../src/authorization-server/grants.ts';
import { buildIdentifiers } from '../../../src/authorization-server/identifiers.ts';
import type { RegistrationHooks } from '../../../src/authorization-server/registration-hooks.ts';
import { createRequestFlows } from '../../../src/authorization-server/request-flow.ts';
import type { Keyring } from '../../../src/authorization-server/signing-keys/keyring.ts';
import type { TokenHooks } from '../../../src/authorization-server/token-hooks.ts';
import type { AuditTrail } from '../../../src/db/audit.ts';
import type { Database } from '../../../src/db/client.ts';
import { createLog } from '../../../src/observability/log.ts';

/** The auth instance as far as its tables go: with the real plugins and options, and nothing that handles a request. */
export async function createAuthForSchema(db: Database): Promise<Auth> {
  const auth = createAuth({
    identifiers: buildIdentifiers('http://localhost:3000'),
    db,
    secrets: [{ version: 1, value: 'only-the-tables-matter-here-and-no-secret' }],
    log: createLog('silent'),
    clientDocuments: { audit: {} as AuditTrail, clock: () => new Date() },
    flows: createRequestFlows(),
    newName: () => 'only-the-tables-matter',
    grants: {} as GrantStore,
    keyring: {} as Keyring,
    clientRequests: {} as ClientRequests,
    authorizationReads: {} as AuthorizationReads,
    registrationHooks: {} as RegistrationHooks,
    consentHooks: {} as ConsentHooks,
    tokenHooks: {} as TokenHooks,
    accountMails: {} as AccountMails,
  });
  // Its plugins go on starting after it is built.
  await auth.$context;
  return auth;
}

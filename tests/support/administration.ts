import type { Administration } from '../../src/authorization-server/administration/administration.ts';
import { createAuthorizationServer } from '../../src/authorization-server/authorization-server.ts';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { createAuditTrail } from '../../src/db/audit.ts';
import { createId } from '../../src/db/create-id.ts';
import type { Database } from '../../src/db/client.ts';
import { createLog } from '../../src/observability/log.ts';

/** What commands work with, beside the apps on a database: apps learn of what it does as from another process. */
export async function createTestAdministration(db: Database, origin: string): Promise<Administration> {
  const clock = () => new Date();
  const { administration } = await createAuthorizationServer({
    identifiers: buildIdentifiers(origin),
    db,
    secrets: [{ version: 1, value: 'a-secret-for-tests-of-forty-characters-00' }],
    clock,
    newId: createId,
    audit: createAuditTrail(db, clock),
    log: createLog('silent'),
    email: { isSent: false, isRequired: false },
    postMail: () => undefined,
    onRevocation: () => undefined,
    signingKeyDays: 90,
    inspectAccessToken: async () => null,
  });
  return administration;
}

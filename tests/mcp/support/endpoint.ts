import type { ApiContext } from '../../../src/api/base.ts';
import { router } from '../../../src/api/router.ts';
import { buildIdentifiers } from '../../../src/authorization-server/identifiers.ts';
import type { ResumeScope } from '../../../src/authorization-server/scopes.ts';
import { createMcpEndpoint, type McpEndpoint, type McpEndpointOptions } from '../../../src/mcp/handler.ts';
import { createLog } from '../../../src/observability/log.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import type { Principal } from '../../../src/resource-server/principal.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { Fetch } from '../../support/mcp-clients.ts';
import { NO_ACCOUNT, createTestOutput, createTestResumes } from '../../support/resumes.ts';
import type { Database } from '../../../src/db/client.ts';

const APP_URL = 'https://vitae.example';
export const MCP_URL = new URL('/mcp', APP_URL);

export type TestEndpointOptions = Partial<Pick<McpEndpointOptions, 'router' | 'extension' | 'legacyLeg'>>;

export interface TestEndpoint {
  readonly mcp: McpEndpoint;
  readonly db: Database;
  contextOf(principal: Principal, requestId?: string): ApiContext;
  /** The fetch of this principal, past authentication. */
  fetchAs(principal: Principal): Fetch;
  close(): Promise<void>;
}

/** The product's MCP endpoint on a database of its own. */
export async function createTestEndpoint(options: TestEndpointOptions = {}): Promise<TestEndpoint> {
  const db = await createTestDatabase();
  const resumes = createTestResumes(db);
  const output = createTestOutput(db);
  const mcp = createMcpEndpoint({
    router,
    identifiers: buildIdentifiers(APP_URL),
    version: '1.0.0',
    log: createLog('silent'),
    metrics: createMetrics(),
    ...options,
  });
  const contextOf = (principal: Principal, requestId = 'request-1'): ApiContext => ({
    ...NO_ACCOUNT,
    principal,
    resumes,
    output,
    requestId,
    appUrl: APP_URL,
  });
  return {
    mcp,
    db,
    contextOf,
    fetchAs: (principal) => (url, init) => mcp.fetch(new Request(url, init), contextOf(principal)),
    async close() {
      await mcp.close();
      await db.close();
    },
  };
}

export function apiKeyOf(userId: string, scopes: readonly ResumeScope[]): Principal {
  return { method: 'api_key', userId, scopes: new Set(scopes), apiKeyId: 'key-1', apiKeyName: null };
}

export function tokenOf(userId: string, grantId: string, scopes: readonly ResumeScope[]): Principal {
  return {
    method: 'access_token',
    userId,
    grantId,
    clientId: 'client-1',
    tokenId: 'token-1',
    expiresAt: 2_000_000_000,
    scopes: new Set(scopes),
    grantedScopes: scopes,
  };
}

import type { ApiContext } from '../../src/api/base.ts';
import { createApiHandlers, type ApiHandlers } from '../../src/api/http.ts';
import { router } from '../../src/api/router.ts';
import { RESUME_SCOPES, type ResumeScope } from '../../src/authorization-server/scopes.ts';
import type { Database } from '../../src/db/client.ts';
import type { Principal } from '../../src/resource-server/principal.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { createGrant, createOwner, createTestOutput, createTestResumes, NO_ACCOUNT } from '../support/resumes.ts';

export const APP_URL = 'https://vitae.example';

/** One person as every kind of caller: in a browser, by an API key with these scopes, by a connection that opens all or a list. */
export async function createCallers(db: Database, resumes: ResumeRepository = createTestResumes(db)) {
  const owner = await createOwner(db);
  const { userId } = owner.access;
  const output = createTestOutput(db);
  const contextOf = (principal: Principal): ApiContext => ({
    ...NO_ACCOUNT,
    principal,
    resumes,
    output,
    appUrl: APP_URL,
    requestId: 'request-1',
  });
  return {
    owner,
    resumes,
    session: contextOf({
      method: 'session',
      userId,
      scopes: new Set(RESUME_SCOPES),
      sessionId: 'session-1',
      userName: 'Ana',
      userEmail: `${userId}@example.org`,
    }),
    apiKey: (...scopes: ResumeScope[]) =>
      contextOf({ method: 'api_key', userId, scopes: new Set(scopes), apiKeyId: 'key-1', apiKeyName: 'My key' }),
    connection: async (opens: 'all' | readonly string[], grantedScopes: readonly string[]) => {
      const grant = await createGrant(db, userId, opens);
      return contextOf({
        method: 'access_token',
        userId,
        scopes: new Set(RESUME_SCOPES.filter((scope) => grantedScopes.includes(scope))),
        grantId: grant.access.resumeSetId ?? '',
        clientId: 'client-1',
        tokenId: 'token-1',
        expiresAt: 4_000_000_000,
        grantedScopes,
      });
    },
  };
}

export function createTestHandlers(reported: unknown[] = []): ApiHandlers {
  return createApiHandlers({ router, report: (error) => reported.push(error) });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** One REST request with JSON in and out. @param line such as `GET /resumes`; text is sent as it is, everything else as JSON */
export async function rest(handlers: ApiHandlers, context: ApiContext, line: string, body?: unknown): Promise<Answer> {
  const [method = 'GET', path = ''] = line.split(' ');
  const request = new Request(`${APP_URL}/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const response = await handlers.rest(request, context);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

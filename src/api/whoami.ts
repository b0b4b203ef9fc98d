import { z } from 'zod';
import { RESUME_SCOPES } from '../authorization-server/scopes.ts';
import type { Principal } from '../resource-server/principal.ts';
import { withScope } from './base.ts';

const output = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().optional().describe('Missing when the connection may not know it'),
    email: z.string().optional().describe('Missing when the connection may not know it'),
  }),
  method: z.enum(['access_token', 'api_key', 'session']).describe('What the call was authenticated with'),
  connection: z
    .object({
      id: z.string(),
      clientId: z.string(),
      clientName: z.string().optional(),
      connectedAt: z.iso.datetime().optional(),
      scopes: z.array(z.string()).describe('Everything that was granted'),
      mode: z.enum(['edit', 'suggest']).optional().describe('suggest: what it writes waits for the person to accept it'),
    })
    .optional()
    .describe('The OAuth connection; only with an access token'),
  apiKey: z.object({ id: z.string(), name: z.string().optional() }).optional().describe('The API key; only with one'),
  scopes: z.array(z.enum(RESUME_SCOPES)).describe('What the tools may do with resumes'),
  resumes: z.object({
    access: z.enum(['all', 'listed']).describe('All resumes of the person, or only those chosen for this connection'),
    count: z.int().describe('How many that are now'),
  }),
});

/** Who is calling and what it may do. Any scope will do; name and address only for a connection that was granted them. */
export const whoami = withScope([], {
  name: 'whoami',
  title: 'Who am I connected as',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
})
  .route({
    method: 'GET',
    path: '/whoami',
    tags: ['Connection'],
    summary: 'Who is calling',
    description:
      'Tell who this connection acts for, what it may do and which resumes it sees. Call it when a tool is refused or something seems ' +
      'missing from list_resumes.',
  })
  .output(output)
  .handler(async ({ context }) => {
    const { principal } = context;
    const described = await context.resumes.describeAccess(context.access);
    const { connection, owner } = described;
    const isListed = principal.method === 'access_token' && connection?.allResumes !== true;
    return {
      user: {
        id: principal.userId,
        ...(owner !== null && mayKnow(principal, 'profile') && { name: owner.name }),
        ...(owner !== null && mayKnow(principal, 'email') && { email: owner.email }),
      },
      method: principal.method,
      ...(principal.method === 'access_token' && {
        connection: {
          id: principal.grantId,
          clientId: principal.clientId,
          ...(connection !== null && {
            clientName: connection.clientName,
            connectedAt: connection.createdAt.toISOString(),
            mode: connection.mode,
          }),
          scopes: [...principal.grantedScopes],
        },
      }),
      ...(principal.method === 'api_key' && {
        apiKey: { id: principal.apiKeyId, ...(principal.apiKeyName !== null && { name: principal.apiKeyName }) },
      }),
      scopes: RESUME_SCOPES.filter((scope) => principal.scopes.has(scope)),
      resumes: { access: isListed ? ('listed' as const) : ('all' as const), count: described.resumes },
    };
  });

/** The owner knows themselves. An API key speaks for its owner but is made to be handed to programs: no address. */
function mayKnow(principal: Principal, scope: 'profile' | 'email'): boolean {
  if (principal.method === 'access_token') return principal.grantedScopes.includes(scope);
  return principal.method === 'session' || scope === 'profile';
}

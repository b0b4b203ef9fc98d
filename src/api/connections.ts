import { z } from 'zod';
import { withSession } from './base.ts';
import { API_ERRORS } from './errors.ts';

const { connection_not_found } = API_ERRORS;

const connection = z.object({
  id: z.string(),
  clientId: z.string(),
  clientName: z.string().describe('What the client calls itself'),
  redirectUri: z.string().describe('Where it is sent back to'),
  scopes: z.array(z.string()),
  allResumes: z.boolean(),
  resumeNames: z.array(z.string()).describe('The resumes it was given, when not all'),
  mode: z.enum(['edit', 'suggest']).describe('suggest: what it writes waits for the owner'),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
});

/** The owner's connections. A connection or a key may not look at the others, so these need the session. */
export const connections = {
  list: withSession
    .route({
      method: 'GET',
      path: '/connections',
      tags: ['Account'],
      summary: 'List connections',
      description: 'List what is connected to the account: one entry for every installation of a client that was allowed, newest first.',
    })
    .output(z.object({ connections: z.array(connection) }))
    .handler(async ({ context }) => {
      const grants = await context.connections.list(context.principal.userId);
      return {
        connections: grants.map((grant) => ({
          id: grant.id,
          clientId: grant.clientId,
          clientName: grant.clientName,
          redirectUri: grant.redirectUri,
          scopes: [...grant.scopes],
          allResumes: grant.allResumes,
          resumeNames: [...grant.resumeNames],
          mode: grant.mode,
          createdAt: grant.createdAt.toISOString(),
          lastUsedAt: grant.lastUsedAt?.toISOString() ?? null,
          expiresAt: grant.expiresAt.toISOString(),
        })),
      };
    }),

  disconnect: withSession
    .errors({ connection_not_found })
    .route({
      method: 'DELETE',
      path: '/connections/{id}',
      tags: ['Account'],
      summary: 'Disconnect',
      description: 'End one connection: every token it holds is refused within a second, everywhere.',
    })
    .input(z.object({ id: z.string().min(1).max(64) }))
    .output(z.object({ id: z.string(), disconnected: z.literal(true) }))
    .handler(async ({ input: { id }, context, errors }) => {
      if (!(await context.connections.disconnect(context.principal.userId, id))) throw errors.connection_not_found();
      return { id, disconnected: true as const };
    }),
};

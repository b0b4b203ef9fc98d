import { z } from 'zod';
import { withSession } from './base.ts';
import { API_ERRORS } from './errors.ts';

const { connection_not_found, scope_not_held, resume_not_found } = API_ERRORS;

const connection = z.object({
  id: z.string(),
  clientId: z.string(),
  clientName: z.string().describe('What the client calls itself'),
  redirectUri: z.string().describe('Where it is sent back to'),
  scopes: z.array(z.string()),
  allResumes: z.boolean(),
  resumes: z.array(z.object({ id: z.string(), name: z.string() })).describe('The resumes it was given, when not all'),
  mode: z.enum(['edit', 'suggest']).describe('suggest: what it writes waits for the owner'),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  callsInSevenDays: z.int().describe('Messages to the MCP endpoint, today and on the six days before (UTC)'),
  expiresAt: z.iso.datetime(),
});

const connectionId = z.string().min(1).max(64);

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
          resumes: grant.resumes.map(({ id, name }) => ({ id, name })),
          mode: grant.mode,
          createdAt: grant.createdAt.toISOString(),
          lastUsedAt: grant.lastUsedAt?.toISOString() ?? null,
          callsInSevenDays: grant.callsInSevenDays,
          expiresAt: grant.expiresAt.toISOString(),
        })),
      };
    }),

  change: withSession
    .errors({ connection_not_found, scope_not_held, resume_not_found })
    .route({
      method: 'PATCH',
      path: '/connections/{id}',
      tags: ['Account'],
      summary: 'Change a connection',
      description:
        'Change what a connection may do: take scopes away, choose other resumes, let it edit or only suggest. What is left out stays. It counts within a second, everywhere, for the tokens it holds.',
    })
    .input(
      z.object({
        id: connectionId,
        scopes: z.array(z.string().max(64)).min(1).max(20).optional().describe('Those it keeps'),
        resumes: z
          .union([z.literal('all'), z.array(z.string().max(64)).min(1).max(1000)])
          .optional()
          .describe('All, or the ids of those it may see'),
        mode: z.enum(['edit', 'suggest']).optional(),
      }),
    )
    .output(z.object({ id: z.string(), changed: z.literal(true) }))
    .handler(async ({ input: { id: grantId, scopes, resumes, mode }, context, errors }) => {
      const change = { ...(scopes && { scopes }), ...(resumes && { resumes }), ...(mode && { mode }) };
      switch (await context.connections.change(context.principal.userId, grantId, change)) {
        case 'changed':
          return { id: grantId, changed: true as const };
        case 'not_found':
          throw errors.connection_not_found();
        case 'unknown_resume':
          throw errors.resume_not_found();
        case 'exceeds_grant':
        case 'nothing_left':
          throw errors.scope_not_held();
      }
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
    .input(z.object({ id: connectionId }))
    .output(z.object({ id: z.string(), disconnected: z.literal(true) }))
    .handler(async ({ input: { id }, context, errors }) => {
      if (!(await context.connections.disconnect(context.principal.userId, id))) throw errors.connection_not_found();
      return { id, disconnected: true as const };
    }),
};

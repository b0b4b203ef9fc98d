import { z } from 'zod';
import { withSession } from './base.ts';

const MAX_EVENTS = 100;

const event = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  event: z.string().describe('A dotted name, e.g. grant.revoked'),
  decision: z.enum(['allowed', 'refused']),
  reason: z.string().nullable().describe('Why it was refused, or what led to it'),
  clientName: z.string().nullable(),
  apiKeyName: z.string().nullable(),
  resumeName: z.string().nullable(),
  address: z.string().nullable().describe('Where it came from'),
});

const listInput = z.object({
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  before: z.int().min(1).optional().describe('Only events before the one with this id: nextBefore of the answer before'),
});

/** What was done with the account and in its name. A connection or a key may not watch the others, so this needs the session. */
export const activity = {
  list: withSession
    .route({
      method: 'GET',
      path: '/activity',
      tags: ['Account'],
      summary: 'List activity',
      description:
        'List what happened to the account, newest first: sign-ins, connections, tokens, keys, refusals and every change of a resume.',
    })
    .input(listInput)
    .output(z.object({ events: z.array(event), nextBefore: z.int().optional() }))
    .handler(async ({ input, context }) => {
      const { limit, before } = input;
      const events = await context.activity.list(context.principal.userId, { limit, ...(before !== undefined && { before }) });
      const last = events.length === limit ? events.at(-1) : undefined;
      return {
        events: events.map(({ id, at, event: name, decision, reason, clientName, apiKeyName, resumeName, address }) => ({
          id,
          at: at.toISOString(),
          event: name,
          decision,
          reason,
          clientName,
          apiKeyName,
          resumeName,
          address,
        })),
        ...(last !== undefined && { nextBefore: last.id }),
      };
    }),
};

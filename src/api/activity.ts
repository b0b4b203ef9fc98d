import { z } from 'zod';
import { withSession } from './base.ts';

const MAX_EVENTS = 100;

const event = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  event: z.string().describe('A dotted name, e.g. grant.revoked'),
  decision: z.enum(['allowed', 'refused']),
  reason: z.string().nullable().describe('Why it was refused, or what led to it'),
  connectionId: z.string().nullable(),
  clientName: z.string().nullable(),
  apiKeyId: z.string().nullable(),
  apiKeyName: z.string().nullable(),
  resumeId: z.string().nullable(),
  resumeName: z.string().nullable(),
  version: z
    .object({ revision: z.int(), touched: z.array(z.string()).describe('Parts of the resume that it changed') })
    .nullable()
    .describe('The version that a change led to, while it is kept'),
  address: z.string().nullable().describe('Where it came from'),
});

const id = z.string().min(1).max(64);

const listInput = z.object({
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  before: z.int().min(1).optional().describe('Only events before the one with this id: nextBefore of the answer before'),
  connectionId: id.optional().describe('Only what this connection did'),
  apiKeyId: id.optional().describe('Only what this key did'),
  resumeId: id.optional().describe('Only what concerns this resume'),
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
      const { limit } = input;
      const events = await context.activity.list(context.principal.userId, input);
      const last = events.length === limit ? events.at(-1) : undefined;
      return {
        events: events.map(({ at, version, ...known }) =>
          Object.assign(known, {
            at: at.toISOString(),
            version: version === null ? null : { revision: version.revision, touched: [...version.touched] },
          }),
        ),
        ...(last !== undefined && { nextBefore: last.id }),
      };
    }),
};

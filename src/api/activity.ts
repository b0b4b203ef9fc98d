import { z } from 'zod';
import { READ_POSITION, parsePositionText, toPositionText } from '../db/resume-reads.ts';
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

const read = z.object({
  connectionId: z.string().nullable().describe('null: an API key read it'),
  clientName: z.string().nullable(),
  apiKeyId: z.string().nullable(),
  apiKeyName: z.string().nullable(),
  resumeId: z.string(),
  resumeName: z.string(),
  day: z.iso.date().describe('In UTC'),
  reads: z.int().describe('How often on that day'),
  lastAt: z.iso.datetime().describe('The last time on that day'),
});

const listReadsInput = z.object({
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  before: z.string().regex(READ_POSITION).optional().describe('Only entries behind this one: nextBefore of the answer before'),
  connectionId: id.optional().describe('Only what this connection read'),
  apiKeyId: id.optional().describe('Only what this key read'),
  resumeId: id.optional().describe('Only reads of this resume'),
});

const listInput = z.object({
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  before: z.int().min(1).optional().describe('Only events before the one with this id: nextBefore of the answer before'),
  connectionId: id.optional().describe('Only what this connection did'),
  apiKeyId: id.optional().describe('Only what this key did'),
  resumeId: id.optional().describe('Only what concerns this resume'),
  changesOnly: z.boolean().default(false).describe('Only what was done to resumes and suggestions'),
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

  listReads: withSession
    .route({
      method: 'GET',
      path: '/activity/reads',
      tags: ['Account'],
      summary: 'List reads',
      description:
        'List what connections and API keys have read: how often which of them was answered with the content of a resume on a day, the ' +
        'latest first. Looking through the list of resumes does not count.',
    })
    .input(listReadsInput)
    .output(z.object({ reads: z.array(read), nextBefore: z.string().optional() }))
    .handler(async ({ input: { before, ...page }, context }) => {
      const position = before === undefined ? null : parsePositionText(before);
      const reads = await context.activity.listReads(context.principal.userId, { ...page, ...(position !== null && { before: position }) });
      const last = reads.length === page.limit ? reads.at(-1) : undefined;
      return {
        reads: reads.map(({ id: _id, lastAt, ...known }) => Object.assign(known, { lastAt: lastAt.toISOString() })),
        ...(last !== undefined && { nextBefore: toPositionText(last) }),
      };
    }),
};

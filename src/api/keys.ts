import { z } from 'zod';
import { RESUME_SCOPES } from '../authorization-server/scopes.ts';
import { withSession } from './base.ts';
import { API_ERRORS } from './errors.ts';
import { keyName } from './resume-schemas.ts';

const { api_key_not_found } = API_ERRORS;

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 90;
const MAX_DAYS = 3_650;

const scopes = z.array(z.enum(RESUME_SCOPES));

const apiKey = z.object({
  id: z.string(),
  name: z.string().nullable(),
  start: z.string().nullable().describe('First characters of the key, to tell keys apart'),
  scopes,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable().describe('null: never'),
  lastUsedAt: z.iso.datetime().nullable(),
});

const createInput = z.object({
  name: keyName.describe('What the key is for'),
  scopes: scopes
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'expected every scope once')
    .describe('What the key may do'),
  expiresInDays: z.int().min(1).max(MAX_DAYS).nullable().default(DEFAULT_DAYS).describe('null: never expires'),
});

/** The owner's API keys. A key can't make, see or revoke keys, so these need the session. */
export const apiKeys = {
  list: withSession
    .route({
      method: 'GET',
      path: '/api-keys',
      tags: ['Account'],
      summary: 'List API keys',
      description: 'List every API key of the account, expired ones included, newest first. The keys themselves are not kept.',
    })
    .output(z.object({ apiKeys: z.array(apiKey) }))
    .handler(async ({ context }) => {
      const keys = await context.apiKeys.list(context.principal.userId);
      return {
        apiKeys: keys.map((key) => ({
          id: key.id,
          name: key.name,
          start: key.start,
          scopes: [...key.scopes],
          createdAt: key.createdAt.toISOString(),
          expiresAt: key.expiresAt?.toISOString() ?? null,
          lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
        })),
      };
    }),

  create: withSession
    .route({
      method: 'POST',
      path: '/api-keys',
      successStatus: 201,
      tags: ['Account'],
      summary: 'Create an API key',
      description: 'Make an API key for a program. The answer holds the key, this once; send it in the header x-api-key.',
    })
    .input(createInput)
    .output(z.object({ id: z.string(), key: z.string().describe('The key; it is never shown again') }))
    .handler(async ({ input: { name, scopes: chosen, expiresInDays }, context }) =>
      context.apiKeys.create(context.principal.userId, {
        name,
        scopes: chosen,
        expiresInSeconds: expiresInDays === null ? null : expiresInDays * DAY_SECONDS,
      }),
    ),

  revoke: withSession
    .errors({ api_key_not_found })
    .route({
      method: 'DELETE',
      path: '/api-keys/{id}',
      tags: ['Account'],
      summary: 'Revoke an API key',
      description: 'End one API key: it is refused from now on.',
    })
    .input(z.object({ id: z.string().min(1).max(64) }))
    .output(z.object({ id: z.string(), revoked: z.literal(true) }))
    .handler(async ({ input: { id }, context, errors }) => {
      if (!(await context.apiKeys.revoke(context.principal.userId, id))) throw errors.api_key_not_found();
      return { id, revoked: true as const };
    }),
};

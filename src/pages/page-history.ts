import { call, ORPCError } from '@orpc/server';
import { z } from 'zod';
import type { ApiContext } from '../api/base.ts';
import { router } from '../api/router.ts';
import type { Principal } from '../resource-server/principal.ts';
import type { HistoryOutcome, HistoryRefusal, PageHistory, PageOwner } from './dependencies.ts';

const PAGE_SIZE = 50;

const REFUSAL_OF_CODE: Readonly<Record<string, HistoryRefusal>> = {
  resume_not_found: 'not_found',
  version_not_found: 'not_found',
  suggestion_not_found: 'not_found',
  BAD_REQUEST: 'not_found',
  resume_locked: 'locked',
  revision_conflict: 'changed',
  undo_conflict: 'conflict',
  suggestion_conflict: 'conflict',
  suggestion_decided: 'decided',
  slug_taken: 'slug_taken',
  invalid_resume: 'invalid',
  resume_too_large: 'invalid',
};

const pointersSchema = z.object({ pointers: z.array(z.string()) });

/**
 * The owner's versions and suggestions through the procedures of the API, called in process. What a procedure declares as its
 * error becomes a reason, with the places it names; anything else is thrown on. A cursor nobody handed out leads to the first page.
 */
export function createPageHistory(createApiContext: (principal: Principal, requestId: string) => ApiContext): PageHistory {
  const toContext = ({ principal, requestId }: PageOwner) => ({ context: createApiContext(principal, requestId) });
  const { versions, suggestions } = router;
  return {
    listVersions: (owner, id, cursor) =>
      orNull(async () => {
        const isOurs = cursor !== null && /^before-\d{1,9}$/.test(cursor);
        const page = await call(versions.list, { id, limit: PAGE_SIZE, ...(isOurs && { cursor }) }, toContext(owner));
        return {
          versions: page.versions.map((version) => Object.assign(version, { at: new Date(version.at) })),
          nextCursor: page.nextCursor ?? null,
        };
      }),
    compare: (owner, id, range) => orNull(() => call(versions.compare, { id, ...range }, toContext(owner))),
    restore: (owner, id, request) => settle(call(versions.restore, { id, ...request }, toContext(owner))),
    undo: (owner, id, { connectionId, since }) => settle(call(versions.undoConnection, { id, connectionId, since }, toContext(owner))),
    listSuggestions: (owner, id) =>
      orNull(async () => {
        const listed = await call(suggestions.list, { id }, toContext(owner));
        return listed.suggestions.map((suggestion) =>
          Object.assign(suggestion, {
            createdAt: new Date(suggestion.createdAt),
            decidedAt: suggestion.decidedAt === null ? null : new Date(suggestion.decidedAt),
          }),
        );
      }),
    accept: (owner, id, suggestionId, operations) =>
      settle(call(suggestions.accept, { id, suggestionId, ...(operations !== null && { operations: [...operations] }) }, toContext(owner))),
    reject: (owner, id, suggestionId) => settle(call(suggestions.reject, { id, suggestionId }, toContext(owner))),
  };
}

async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (toRefusal(error)?.reason === 'not_found') return null;
    throw error;
  }
}

async function settle(calling: Promise<unknown>): Promise<HistoryOutcome> {
  try {
    await calling;
    return { ok: true };
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

function toRefusal(error: unknown): (HistoryOutcome & { readonly ok: false }) | null {
  if (!(error instanceof ORPCError)) return null;
  const code = String(error.code);
  const reason = Object.hasOwn(REFUSAL_OF_CODE, code) ? REFUSAL_OF_CODE[code] : undefined;
  return reason === undefined ? null : { ok: false, reason, pointers: pointersSchema.safeParse(error.data).data?.pointers ?? [] };
}

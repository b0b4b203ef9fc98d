import { z } from 'zod';
import { SUGGESTION_STATUSES, type Suggestion, type SuggestionOutcome } from '../resumes/suggestions.ts';
import { MAX_PENDING_SUGGESTIONS, type SuggestionNote } from '../resumes/suggestion-record.ts';
import { byIdInput, summaryOutput } from './resume-schemas.ts';

const MAX_OPERATIONS = 100_000;

/** In the answer of a write that waits for the owner. */
export const suggestionNote = z
  .object({
    id: z.string(),
    status: z.literal('pending'),
    operations: z.int().describe('How many changes wait'),
    url: z.string().describe('Where the person accepts or rejects it: give them this address'),
    message: z.string(),
  })
  .optional()
  .describe('Only for a connection that may only suggest: nothing was changed, the change waits for the person');

/** What became of earlier suggestions, in the answer of read_resume. */
export const outcomesOutput = z
  .array(
    z.object({
      id: z.string(),
      status: z.enum(SUGGESTION_STATUSES),
      createdAt: z.iso.datetime(),
      decidedAt: z.iso.datetime().optional(),
      revision: z.int().optional().describe('The version that accepting it led to'),
    }),
  )
  .optional()
  .describe('What became of the latest suggestions of this connection, latest first; missing when it has made none');

const suggestion = z.object({
  id: z.string(),
  status: z.enum(SUGGESTION_STATUSES),
  by: z.object({ connectionId: z.string(), name: z.string().nullable() }),
  kind: z.string(),
  baseRevision: z.int().describe('The version it was made for'),
  createdAt: z.iso.datetime(),
  decidedAt: z.iso.datetime().nullable(),
  operations: z.array(
    z.object({
      op: z.enum(['add', 'remove', 'replace']),
      path: z.string().describe('JSON Pointer into what read_resume answered'),
      value: z.unknown().optional(),
      line: z.string().describe('The same in words'),
    }),
  ),
  conflicts: z.array(z.string()).describe('Pointers of what has changed since; not empty: it no longer applies as a whole'),
});

export const suggestionsOutput = z.object({ suggestions: z.array(suggestion).describe('Those that wait first, then latest first') });

const ofSuggestion = byIdInput.extend({ suggestionId: z.string().min(1).max(64) });

export const acceptInput = ofSuggestion.extend({
  operations: z
    .array(z.int().min(0).max(MAX_OPERATIONS))
    .min(1)
    .max(MAX_OPERATIONS)
    .optional()
    .describe('Indexes of the operations that are accepted; all of them when left out'),
});

export const rejectInput = ofSuggestion;

export const decisionOutput = summaryOutput.extend({ suggestionId: z.string(), status: z.enum(SUGGESTION_STATUSES) });

/** @param pageUrl the owner's page of the resume */
export function toSuggestionNote(note: SuggestionNote | undefined, pageUrl: string): { suggestion?: z.input<typeof suggestionNote> } {
  if (note === undefined) return {};
  const url = `${pageUrl}/suggestions`;
  const message =
    `Nothing was changed: this connection may only suggest. The person accepts or rejects it at ${url}; at most ` +
    `${MAX_PENDING_SUGGESTIONS} may wait. Call read_resume later to see what became of it.`;
  return { suggestion: { id: note.id, status: note.status, operations: note.operations, url, message } };
}

export function toOutcomes(outcomes: readonly SuggestionOutcome[]): { suggestions?: z.input<typeof outcomesOutput> } {
  if (outcomes.length === 0) return {};
  return {
    suggestions: outcomes.map(({ id, status, createdAt, decidedAt, decidedRevision }) => ({
      id,
      status,
      createdAt: createdAt.toISOString(),
      ...(decidedAt !== null && { decidedAt: decidedAt.toISOString() }),
      ...(decidedRevision !== null && { revision: decidedRevision }),
    })),
  };
}

export function toSuggestion(made: Suggestion): z.input<typeof suggestion> {
  return {
    id: made.id,
    status: made.status,
    by: { connectionId: made.grantId, name: made.clientName },
    kind: made.kind,
    baseRevision: made.baseRevision,
    createdAt: made.createdAt.toISOString(),
    decidedAt: made.decidedAt?.toISOString() ?? null,
    operations: [...made.operations],
    conflicts: [...made.conflicts],
  };
}

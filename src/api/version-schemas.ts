import { z } from 'zod';
import type { ResumeVersion } from '../resumes/versions.ts';
import { MAX_PAGE_SIZE } from '../resumes/list.ts';
import { SETTING_NAMES } from '../resumes/versioned-state.ts';
import { byIdInput, changesOutput, summaryOutput } from './resume-schemas.ts';
import { suggestionNote } from './suggestion-schemas.ts';

const DEFAULT_PAGE_SIZE = 50;

const revision = z.int().min(1).max(2_147_483_647);

export const listVersionsInput = byIdInput.extend({
  cursor: z.string().max(2_048).optional().describe('nextCursor of the page before; leave out for the latest versions'),
  limit: z.int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Versions per page'),
});

const version = z.object({
  revision: z.int().describe('Number of the version, for compare_resume_versions and restore_resume_version'),
  at: z.iso.datetime(),
  kind: z.string().describe('What was done, e.g. created, patched, updated, restored, undone, accepted'),
  by: z.object({
    kind: z.enum(['owner', 'connection', 'api_key']),
    id: z.string(),
    name: z.string().nullable().describe('Of the person, the client or the key, as it was called then'),
  }),
  operations: z.int().describe('Size of the change'),
  touched: z.array(z.string()).describe('Sections and settings that it changed'),
});

export const listVersionsOutput = z.object({
  versions: z.array(version).describe('Latest first'),
  nextCursor: z.string().optional().describe('Pass it as cursor for earlier versions; missing on the last page'),
});

export const compareInput = byIdInput.extend({
  from: revision.describe('Revision to start from, as list_resume_versions answers it'),
  to: revision.optional().describe('Revision to compare with; the resume as it is now when left out'),
});

export const compareOutput = z.object({
  id: z.string(),
  from: z.int(),
  to: z.int(),
  lines: z.array(z.string()).describe('A line for each change, to show the person'),
  changes: changesOutput.describe('What changed in data, as a JSON Patch from the first to the second'),
  settings: z
    .array(z.object({ name: z.enum(SETTING_NAMES), before: z.unknown().optional(), after: z.unknown().optional() }))
    .describe('What changed around the content'),
});

export const restoreInput = byIdInput.extend({
  revision: revision.describe('The version whose content is brought back'),
  expectedRevision: revision.optional().describe('revision that read_resume answered; refused when the resume has changed since'),
});

export const restoreOutput = summaryOutput.extend({
  suggestion: suggestionNote,
  restoredRevision: z.int(),
  changes: changesOutput.describe('What restoring changed in data, as a JSON Patch; empty when nothing'),
});

export const undoInput = byIdInput.extend({
  connectionId: z.string().min(1).max(64).describe('Id of the connection, as the versions name it'),
  since: z.iso.datetime({ offset: true }).describe('Changes from this instant on'),
});

export const undoOutput = summaryOutput.extend({ undone: z.int().describe('How many versions were taken back') });

export function toVersion({ revision: number, at, kind, actor, operations, touched }: ResumeVersion): z.input<typeof version> {
  return { revision: number, at: at.toISOString(), kind, by: { ...actor }, operations, touched: [...touched] };
}

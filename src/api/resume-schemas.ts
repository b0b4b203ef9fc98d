import { z } from 'zod';
import { MAX_NAME_CHARACTERS } from '../resumes/creation.ts';
import { RESUME_SORTS } from '../resumes/cursor.ts';
import { MAX_PAGE_SIZE } from '../resumes/list.ts';
import { MAX_PATCH_OPERATIONS, PATCH_OPERATION_NAMES } from '../resumes/patch.ts';
import { MAX_SLUG_CHARACTERS, SLUG_PATTERN } from '../resumes/slug.ts';
import type { ResumeSummary, StoredResume } from '../resumes/stored-resume.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_TAGS = 20;
const MAX_KEY_NAME_CHARACTERS = 32;
const MAX_TAG_CHARACTERS = 50;
const MAX_POINTER_CHARACTERS = 2_048;
const UNPRINTABLE = /[\p{Control}\p{Surrogate}]/u;

const line = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .refine((text) => !UNPRINTABLE.test(text) && text.trim() !== '', 'expected visible text on one line');

export const resumeName = line(MAX_NAME_CHARACTERS);

export const keyName = line(MAX_KEY_NAME_CHARACTERS);

const slug = z
  .string()
  .max(MAX_SLUG_CHARACTERS)
  .regex(SLUG_PATTERN, 'expected lower-case letters and digits with single hyphens between, such as backend-engineer-2026');

const tags = z
  .array(line(MAX_TAG_CHARACTERS))
  .max(MAX_TAGS)
  .refine((list) => new Set(list).size === list.length, 'expected every tag once');

/** Marks a document in schemas; the OpenAPI document puts the full schema there, tools refer to the schema resource instead. */
export const DOCUMENT_TITLE = 'JSON Resume document';

const documentMember = z.record(z.string(), z.unknown()).meta({ title: DOCUMENT_TITLE });

const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected an id that list_resumes answered')
  .describe('Id of the resume, as list_resumes answers it');

export const byIdInput = z.object({ id });

export const listInput = z.object({
  tags: tags.default([]).describe('Only resumes that have all of these tags'),
  sort: z.enum(RESUME_SORTS).default('lastUpdatedAt').describe('lastUpdatedAt and createdAt: latest first; name: alphabetical'),
  cursor: z.string().max(2_048).optional().describe('nextCursor of the page before, with the same sort; leave out for the first page'),
  limit: z.int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Resumes per page'),
});

export const createInput = z.object({
  name: resumeName.describe('Title of the resume in lists, e.g. "Backend engineer 2026"; not the name of the person'),
  slug: slug.optional().describe('Last part of the public address; made from the name when left out'),
  tags: tags.default([]).describe('Labels to find it by'),
  withSampleData: z.boolean().default(false).describe('Start from an invented person instead of an empty document; for trying things out'),
});

export const importInput = z.object({
  data: documentMember.describe(
    'The whole document: a JSON Resume object (https://jsonresume.org/schema) or a JSON export of Reactive Resume, v5 or v4',
  ),
  name: resumeName.optional().describe('Title in lists; basics.name of the document when left out'),
});

export const duplicateInput = byIdInput.extend({
  name: resumeName.optional().describe('Title of the copy; "… (copy)" when left out'),
  slug: slug.optional().describe('Last part of the public address of the copy; made from its name when left out'),
  tags: tags.optional().describe('Labels of the copy; those of the original when left out'),
});

const patchOperation = z.object({
  op: z.enum(PATCH_OPERATION_NAMES).describe('What to do'),
  path: z.string().max(MAX_POINTER_CHARACTERS).describe('JSON Pointer into data, e.g. /work/0/position; /work/- adds to the end of a list'),
  from: z.string().max(MAX_POINTER_CHARACTERS).optional().describe('JSON Pointer of the source; move and copy only'),
  value: z.unknown().optional().describe('New value; add, replace and test only'),
});

export const patchInput = byIdInput.extend({
  operations: z.array(patchOperation).min(1).max(MAX_PATCH_OPERATIONS).describe('JSON Patch (RFC 6902); applied whole or not at all'),
  expectedRevision: z.int().min(1).optional().describe('revision that read_resume answered; refused when the resume has changed since'),
  dryRun: z.boolean().default(false).describe('Answer what would come out and change nothing'),
});

export const updateInput = byIdInput.extend({
  name: resumeName.optional().describe('New title in lists'),
  slug: slug.optional().describe('New last part of the public address'),
  tags: tags.optional().describe('New labels; replaces all of the old ones'),
  isPublic: z.boolean().optional().describe('true publishes the resume on the web, false takes it down; needs the scope resumes:publish'),
});

const summaryShape = {
  id: z.string().describe('Id for the other tools'),
  name: z.string().describe('Title in lists'),
  slug: z.string().describe('Last part of its public address'),
  tags: z.array(z.string()),
  isPublic: z.boolean().describe('Whether anybody can see it on the web'),
  isLocked: z.boolean().describe('Whether it refuses changes until unlock_resume'),
  revision: z.int().describe('Grows with every change; pass it as expectedRevision'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  url: z.string().describe("The owner's page for it"),
};

export const summaryOutput = z.object(summaryShape);

export const documentOutput = z.object({
  ...summaryShape,
  data: documentMember.describe('The document: a JSON Resume object; resume://_meta/schema describes it'),
});

export const listOutput = z.object({
  resumes: z.array(summaryOutput),
  nextCursor: z.string().optional().describe('Pass it as cursor for the next page; missing on the last page'),
});

export const tagsOutput = z.object({
  tags: z.array(z.object({ tag: z.string(), count: z.int().describe('Resumes that have it') })),
});

const change = z.object({
  op: z.enum(['add', 'remove', 'replace']),
  path: z.string().describe('JSON Pointer'),
  value: z.unknown().optional(),
});

/** A JSON Patch that we made. */
export const changesOutput = z.array(change);

export const patchOutput = z.object({
  ...summaryShape,
  dryRun: z.boolean().describe('true: nothing was changed'),
  changes: changesOutput.describe('What the patch changes in data, as a JSON Patch; empty when nothing'),
  data: documentMember.optional().describe('The document that would come out; only with dryRun'),
});

export const deleteOutput = z.object({ id: z.string(), deleted: z.literal(true) });

export function toSummary(resume: ResumeSummary, appUrl: string): z.input<typeof summaryOutput> {
  return {
    id: resume.id,
    name: resume.name,
    slug: resume.slug,
    tags: [...resume.tags],
    isPublic: resume.isPublic,
    isLocked: resume.isLocked,
    revision: resume.revision,
    createdAt: resume.createdAt.toISOString(),
    updatedAt: resume.updatedAt.toISOString(),
    url: `${appUrl}/resumes/${resume.id}`,
  };
}

export function toDocument(resume: StoredResume, appUrl: string): z.input<typeof documentOutput> {
  return { ...toSummary(resume, appUrl), data: resume.data };
}

import {
  INVALID_PARAMS,
  ProtocolError,
  ResourceNotFoundError,
  type ListResourceTemplatesResult,
  type ListResourcesResult,
  type ReadResourceResult,
} from '@modelcontextprotocol/server';
import type { ApiContext } from '../api/base.ts';
import type { ResumeReader } from './resume-reader.ts';

export const SCHEMA_URI = 'resume://_meta/schema';
export const RESUME_URI_TEMPLATE = 'resume://{id}';

const RESUME_URI = /^resume:\/\/([A-Za-z0-9_-]{1,64})$/;
const RESUME_MIME_TYPE = 'application/json';
const SCHEMA_MIME_TYPE = 'application/schema+json';

export interface ResourceHandlers {
  /** A page: the schema first, then the principal's resumes, none without `resumes:read`. */
  list(context: ApiContext, cursor?: string): Promise<ListResourcesResult>;
  templates(): ListResourceTemplatesResult;
  read(context: ApiContext, uri: string): Promise<ReadResourceResult>;
}

/**
 * The resources: the JSON Schema of a resume, and every resume as a JSON document that matches it.
 * @param resumeSchema JSON Schema (2020-12) of the document
 */
export function createResourceHandlers(resumes: ResumeReader, resumeSchema: object): ResourceHandlers {
  const schemaText = JSON.stringify(resumeSchema);
  return {
    async list(context, cursor) {
      const own = cursor === undefined ? [SCHEMA_RESOURCE] : [];
      if (!context.principal.scopes.has('resumes:read')) return { resources: own };
      const page = await resumes.list(context, cursor);
      const listed = page.resumes.map((resume) => ({
        uri: toResumeUri(resume.id),
        name: resume.slug,
        title: resume.name,
        mimeType: RESUME_MIME_TYPE,
        annotations: { audience: ['user' as const, 'assistant' as const], lastModified: resume.updatedAt },
      }));
      return { resources: [...own, ...listed], ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }) };
    },
    templates: () => ({ resourceTemplates: [RESUME_TEMPLATE] }),
    async read(context, uri) {
      if (uri === SCHEMA_URI) return { contents: [{ uri, mimeType: SCHEMA_MIME_TYPE, text: schemaText }] };
      return { contents: [await readResumeContents(resumes, context, uri)] };
    },
  };
}

const SCHEMA_RESOURCE = Object.freeze({
  uri: SCHEMA_URI,
  name: 'resume-schema',
  title: 'Resume schema',
  description: 'The JSON Schema every resume must match. Read it before writing a patch.',
  mimeType: SCHEMA_MIME_TYPE,
});

const RESUME_TEMPLATE = Object.freeze({
  uriTemplate: RESUME_URI_TEMPLATE,
  name: 'resume',
  title: 'Resume',
  description: 'A resume of this person as a JSON document, by its id.',
  mimeType: RESUME_MIME_TYPE,
});

/** Reads one resume as the contents of a resource, for `resources/read` and for embedding. Not there, or not theirs: -32602. */
export async function readResumeContents(resumes: ResumeReader, context: ApiContext, uri: string) {
  const id = parseResumeUri(uri);
  if (id === null) throw new ResourceNotFoundError(uri);
  const resume = await resumes.read(context, id);
  if (resume === null) throw new ResourceNotFoundError(uri);
  return { uri, mimeType: RESUME_MIME_TYPE, text: JSON.stringify(resume) };
}

export function toResumeUri(id: string): string {
  return `resume://${id}`;
}

/** @returns the id in a `resume://{id}` URI; null for everything else, the schema included */
export function parseResumeUri(uri: unknown): string | null {
  return typeof uri === 'string' ? (RESUME_URI.exec(uri)?.[1] ?? null) : null;
}

const MAXIMUM_COMPLETIONS = 100;

/**
 * Completes a resume id from what the person has typed: the start of an id, or any part of a name or slug, whatever its case.
 * Looks at the most recently changed page of resumes.
 */
export async function completeResumeId(resumes: ResumeReader, context: ApiContext, typed: string) {
  const wanted = typed.toLowerCase();
  const page = await resumes.list(context);
  const matches = page.resumes.filter(
    (resume) =>
      [resume.name, resume.slug].some((text) => text.toLowerCase().includes(wanted)) || resume.id.toLowerCase().startsWith(wanted),
  );
  return {
    completion: {
      values: matches.slice(0, MAXIMUM_COMPLETIONS).map((resume) => resume.id),
      hasMore: matches.length > MAXIMUM_COMPLETIONS || page.nextCursor !== undefined,
    },
  };
}

export function unknownReference(reference: string): ProtocolError {
  return new ProtocolError(INVALID_PARAMS, `Nothing to complete at ${reference}`);
}

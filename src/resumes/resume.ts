import type { z } from 'zod';
import { isJsonObject, jsonBytes, parseJson, type JsonObject, type Problem } from './json.ts';
import { toPointer } from './pointer.ts';
import { entry, link, section } from './resume-fields.ts';
import * as sections from './resume-sections.ts';

/** One resume, serialized as UTF-8 JSON. */
export const MAX_RESUME_BYTES = 256 * 1024;

/** Enough to repair a document in one go, few enough to read. */
const MAX_PROBLEMS = 50;

const JSON_RESUME_SCHEMA_URL = 'https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json';

/**
 * A resume as JSON Resume defines it (the 14 top-level members of its schema 1.3). Members it does not know are kept. It is
 * stricter than the standard's own schema in two things: a date must exist in the calendar, and a link must have one of the
 * schemes of {@link link}.
 */
export const resumeSchema = entry({
  $schema: link('Address of the JSON Resume schema this document follows'),
  basics: sections.basics.optional().describe('Who the person is and how to reach them'),
  work: section('Jobs, latest first', sections.work),
  volunteer: section('Unpaid work, latest first', sections.volunteer),
  education: section('Studies, latest first', sections.education),
  awards: section('Awards', sections.award),
  certificates: section('Certificates', sections.certificate),
  publications: section('Publications', sections.publication),
  skills: section('Skills, strongest first', sections.skill),
  languages: section('Languages the person speaks', sections.language),
  interests: section('Interests', sections.interest),
  references: section('What others say', sections.reference),
  projects: section('Projects', sections.project),
  meta: sections.meta.optional().describe('About the document itself; settings of tools live here too'),
});

export type Resume = z.infer<typeof resumeSchema>;

export type ResumeResult =
  | { readonly ok: true; readonly resume: Resume & JsonObject }
  | { readonly ok: false; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly bytes: number };

/**
 * Checks an untrusted value and returns it as a resume, otherwise unchanged: unknown members stay, nothing is converted,
 * filled in or dropped. Members come back in the standard's order.
 *
 * @returns the problems (at most 50, each a JSON Pointer with what was expected), or the size in bytes when that is the problem
 */
export function parseResume(value: unknown): ResumeResult {
  const json = parseJson(value);
  if (!json.ok) return { ok: false, problems: [json.problem] };
  const bytes = jsonBytes(json.value);
  if (bytes > MAX_RESUME_BYTES) return { ok: false, bytes };
  const parsed = resumeSchema.safeParse(json.value);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.slice(0, MAX_PROBLEMS).map(toProblem) };
  if (!isJsonObject(parsed.data)) return { ok: false, problems: [{ pointer: '', expected: 'an object' }] };
  return { ok: true, resume: parsed.data };
}

/** Turns one of zod's findings into ours; every check of the schema carries what it expected as its message. */
function toProblem(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): Problem {
  return { pointer: toPointer(issue.path), expected: issue.message };
}

/** A resume with every section present and empty, so that a patch can add to any of them. */
export function buildEmptyResume(): Resume {
  return {
    $schema: JSON_RESUME_SCHEMA_URL,
    basics: {},
    work: [],
    volunteer: [],
    education: [],
    awards: [],
    certificates: [],
    publications: [],
    skills: [],
    languages: [],
    interests: [],
    references: [],
    projects: [],
    meta: {},
  };
}

import { z } from 'zod';
import type { Change } from './diff.ts';
import { parseJson, type JsonObject, type JsonValue } from './json.ts';
import { resumeSchema, type Resume } from './resume.ts';
import type { StoredResume } from './stored-resume.ts';

/** What versions keep of a resume: everything a write can change but the lock, which is about writing itself. */
export interface VersionedState {
  readonly name: string;
  readonly slug: string;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
  readonly data: Resume;
}

export const SETTING_NAMES = ['name', 'slug', 'tags', 'isPublic'] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

const settingsSchema = z.object({
  name: z.string(),
  slug: z.string(),
  tags: z.array(z.string()),
  isPublic: z.boolean(),
  data: z.unknown(),
});

/** The state as JSON; pointers into the document start with `/data`. */
export function toVersionedJson({ name, slug, tags, isPublic, data }: VersionedState | StoredResume): JsonObject {
  return { name, slug, tags: [...tags], isPublic, data: requireJson(data) };
}

/** Throws for what {@link toVersionedJson} didn't make. A document from before a rule was tightened is given back as it is. */
export function parseVersionedJson(state: JsonValue): VersionedState {
  const { data, ...settings } = settingsSchema.parse(state);
  const document = resumeSchema.safeParse(data);
  return { ...settings, data: document.success ? document.data : requireDocument(data) };
}

/** Changes of a state, told apart: of the document with pointers into it, and which settings around it. */
export function splitChanges(changes: readonly Change[]): { readonly document: Change[]; readonly settings: SettingName[] } {
  const document = changes
    .filter(({ path }) => path === '/data' || path.startsWith('/data/'))
    .map(({ op, path, value }): Change => {
      const pointer = path.slice('/data'.length);
      return value === undefined ? { op, path: pointer } : { op, path: pointer, value };
    });
  return { document, settings: SETTING_NAMES.filter((name) => changes.some(({ path }) => path.split('/')[1] === name)) };
}

function requireJson(value: unknown): JsonValue {
  const json = parseJson(value);
  if (!json.ok) throw new TypeError(`expected ${json.problem.expected} at ${json.problem.pointer}`);
  return json.value;
}

function requireDocument(value: unknown): Resume {
  return z.custom<Resume>((document) => typeof document === 'object' && document !== null).parse(value);
}

import { ResumeError } from '../errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../json.ts';
import { requireResume } from '../patch.ts';
import type { Resume } from '../resume.ts';
import { convertReactiveResume } from './reactive-resume.ts';

/**
 * Takes a whole document from outside as a resume: a JSON Resume unchanged, an export of Reactive Resume (v5 or v4) converted.
 * Problems name their place in the document as it came.
 * @throws ResumeError `unsupported_format`, `invalid_resume`, `resume_too_large`
 */
export function requireImportable(document: unknown): Resume {
  if (!isReactiveResume(document)) return requireResume(document);
  if (isOldReactiveResume(document)) throw new ResumeError({ code: 'unsupported_format', format: 'Reactive Resume v3' });
  const plain = parseJson(document);
  if (!plain.ok) throw new ResumeError({ code: 'invalid_resume', problems: [plain.problem] });
  const converted = convertReactiveResume(document);
  if (!converted.ok) throw new ResumeError({ code: 'invalid_resume', problems: converted.problems });
  return requireResume(converted.document);
}

/** Reactive Resume's exports keep their sections in one object beside settings called metadata; JSON Resume has neither. */
function isReactiveResume(document: unknown): document is JsonObject {
  return isJsonObject(document) && isJsonObject(document['sections']) && isJsonObject(document['metadata']);
}

/** Up to v3 the sections were called by other names, `work` among them. */
function isOldReactiveResume(document: JsonObject): boolean {
  return isJsonObject(document['sections']) && 'work' in document['sections'];
}

import { ResumeError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { requireResume } from '../patch.ts';
import type { Resume } from '../resume.ts';

/**
 * Takes a whole document from outside as a resume, unchanged.
 * @throws ResumeError `unsupported_format`, `invalid_resume`, `resume_too_large`
 */
export function requireImportable(document: unknown): Resume {
  if (isReactiveResume(document)) throw new ResumeError({ code: 'unsupported_format', format: 'Reactive Resume' });
  return requireResume(document);
}

/** Reactive Resume's exports keep their sections in one object beside settings called metadata; JSON Resume has neither. */
function isReactiveResume(document: unknown): boolean {
  return isJsonObject(document) && isJsonObject(document['sections']) && isJsonObject(document['metadata']);
}

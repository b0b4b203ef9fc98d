import { isUniqueViolation } from '../db/key-violations.ts';

const SLUG_INDEX = 'resume_user_slug';

/** True for PostgreSQL's refusal of a second resume with one owner's slug. */
export function isSlugConflict(error: unknown): boolean {
  return isUniqueViolation(error, SLUG_INDEX);
}

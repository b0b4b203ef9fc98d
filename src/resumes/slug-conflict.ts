const UNIQUE_VIOLATION = '23505';
const SLUG_INDEX = 'resume_user_slug';
const MAX_CAUSES = 8;

/** True for PostgreSQL's refusal of a second resume with one owner's slug, through whatever wraps the driver's error. */
export function isSlugConflict(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if ('code' in current && current.code === UNIQUE_VIOLATION && 'constraint' in current && current.constraint === SLUG_INDEX) return true;
    current = current.cause;
  }
  return false;
}

const UNIQUE_VIOLATION = '23505';
const SLUG_INDEX = 'resume_user_slug';
const MAX_CAUSES = 8;

/** True for PostgreSQL's refusal of a second resume with one owner's slug. */
export function isSlugConflict(error: unknown): boolean {
  return isUniqueConflict(error, SLUG_INDEX);
}

/** True for PostgreSQL's refusal of a value that must be unique, through whatever wraps the driver's error. */
export function isUniqueConflict(error: unknown, constraint: string): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if ('code' in current && current.code === UNIQUE_VIOLATION && 'constraint' in current && current.constraint === constraint) return true;
    current = current.cause;
  }
  return false;
}

const UNIQUE_VIOLATION = '23505';
const MAXIMUM_CAUSES = 8;

/** True for PostgreSQL's refusal of a second row under one unique key, through whatever wraps the driver's error. */
export function isUniqueViolation(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAXIMUM_CAUSES && current instanceof Error; depth += 1) {
    if ('code' in current && current.code === UNIQUE_VIOLATION) return true;
    current = current.cause;
  }
  return false;
}

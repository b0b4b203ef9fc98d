import { codeOf, someCause } from './causes.ts';

const FOREIGN_KEY_VIOLATION = '23503';
const UNIQUE_VIOLATION = '23505';

/**
 * True for PostgreSQL's refusal of a second row under one unique key, through whatever wraps the driver's error.
 *
 * @param constraint the key's name; any when left out
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return someCause(
    error,
    (cause) =>
      codeOf(cause) === UNIQUE_VIOLATION && (constraint === undefined || ('constraint' in cause && cause.constraint === constraint)),
  );
}

/** True for its refusal of a row that points to one that is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  return someCause(error, (cause) => codeOf(cause) === FOREIGN_KEY_VIOLATION);
}

import { codeOf, someCause } from './causes.ts';

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

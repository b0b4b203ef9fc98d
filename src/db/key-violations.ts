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

/** SQLSTATE classes of a statement that met another transaction: a key was taken or a row has gone meanwhile, or each waited for the other. */
const LOST_RACE = /^(?:23503|23505|40...)$/;

/** True for a statement that wrote nothing because another transaction was there before it, and that may be tried again with what is true then. */
export function isLostRace(error: unknown): boolean {
  return someCause(error, (cause) => LOST_RACE.test(codeOf(cause) ?? ''));
}

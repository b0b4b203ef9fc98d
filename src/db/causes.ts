const MAXIMUM_CAUSES = 8;

/** Whether an error, or one that it was wrapped around, is what is looked for; drivers and libraries wrap each other's. */
export function someCause(error: unknown, is: (cause: Error) => boolean): boolean {
  let current = error;
  for (let depth = 0; depth < MAXIMUM_CAUSES && current instanceof Error; depth += 1) {
    if (is(current)) return true;
    current = current.cause;
  }
  return false;
}

/** PostgreSQL's SQLSTATE, or what Node says of a network; null: the error has none. */
export function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** It could not be done, and this says why: exit code 1. */
export class CommandError extends Error {}

/** It was not understood: exit code 2. */
export class UsageError extends Error {}

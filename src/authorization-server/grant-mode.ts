/** `suggest`: what the connection writes waits for the owner. */
export const GRANT_MODES = ['edit', 'suggest'] as const;
export type GrantMode = (typeof GRANT_MODES)[number];

/** Every lifetime of the authorization server, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** Of OpenID clients; no token that is signed lives longer. */
export const ID_TOKEN_SECONDS = 10 * 60 * 60;
/** From issue to redemption; see {@link INTERACTION_SECONDS} for the time a person has before a code exists. */
export const CODE_SECONDS = 60;
/** How long a signed authorize query lives: sign-in, sign-up and consent happen within it. */
export const INTERACTION_SECONDS = 10 * 60;
/** Sliding: each refresh begins it anew. */
export const REFRESH_TOKEN_SECONDS = 90 * 24 * 60 * 60;
/**
 * The absolute end of a grant, as the person chooses, whatever is refreshed until then. Nothing is issued under it afterwards; an access token of its last minutes
 * works to its own end, {@link ACCESS_TOKEN_SECONDS} later at most.
 */
export const GRANT_DURATION_SECONDS = { year: 365 * 24 * 60 * 60, month: 30 * 24 * 60 * 60, day: 24 * 60 * 60 } as const;
export type GrantDuration = keyof typeof GRANT_DURATION_SECONDS;
export const GRANT_DURATIONS = ['year', 'month', 'day'] as const satisfies readonly GrantDuration[];
/** How long a rotated refresh token answers with what it was exchanged for. */
export const REPLAY_WINDOW_SECONDS = 60;
/** Clock difference tolerated when a token's times are judged. */
export const CLOCK_SKEW_SECONDS = 60;
/** How far apart the clocks of servers may be for what is revoked to stay so at each of them. */
export const CLOCK_DIFFERENCE_SECONDS = 15 * 60;
/** How long a link to choose a new password works. */
export const PASSWORD_RESET_SECONDS = 60 * 60;
/** How long a link to confirm an address works. */
export const EMAIL_LINK_SECONDS = 60 * 60;
/** Wrong redemptions of one code before it is dead. */
export const CODE_ATTEMPTS = 5;

import type { Rate } from '../../db/rate-limits.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/**
 * Every limit. Apps reach us through the shared egress of their makers, hundreds of people behind one address, so nothing that
 * succeeds is counted by address where there is something better to count by.
 */
export const RATES = {
  /** Registrations of clients by one network. */
  registration: { count: 60, seconds: MINUTE },
  /** New anonymous clients by everybody together; a registration that leads to a client there is already makes none. */
  registrationOfAll: { count: 10_000, seconds: DAY },
  authorization: { count: 600, seconds: MINUTE },
  /** Refused token requests of one client from one network. */
  tokenRefusal: { count: 60, seconds: MINUTE },
  /** And of one network, whatever client it says it is. */
  tokenRefusalOfNetwork: { count: 600, seconds: MINUTE },
  /** Refused introspections, revocations and other requests to the auth library. */
  authRefusal: { count: 300, seconds: MINUTE },
  signIn: { count: 60, seconds: MINUTE },
  signUp: { count: 60, seconds: MINUTE },
  /** Mails with a link, by the network that asks for them and by the address they go to. */
  mailRequest: { count: 20, seconds: 15 * MINUTE },
  mailRequestOfAddress: { count: 5, seconds: 60 * MINUTE },
  /** Wrong passwords for one account from one network. */
  accountRefusal: { count: 10, seconds: 5 * MINUTE },
  /** Wrong passwords for one account from networks that it has never been signed in to from. */
  accountRefusalOfStrangers: { count: 100, seconds: 15 * MINUTE },
  /** Passwords tried on one published resume from one network. */
  resumePassword: { count: 20, seconds: 5 * MINUTE },
  /** Calls of one connection to one instance. */
  grantCall: { count: 1_200, seconds: MINUTE },
  /** Calls with one API key to one instance. */
  apiKeyCall: { count: 600, seconds: MINUTE },
  /** API keys that nobody has, tried from one network on one instance. */
  apiKeyGuess: { count: 120, seconds: MINUTE },
} as const satisfies Readonly<Record<string, Rate>>;

export type RateName = keyof typeof RATES;

/** How long a network counts as known to an account after a sign-in. */
export const KNOWN_NETWORK: Rate = { count: 1, seconds: 90 * DAY };

/** Passwords hashed at once, so that hashing leaves room in the thread pool that tokens are signed in, and who may wait how long. */
export const HASHING = { concurrency: 2, queue: 32, waitMs: 5_000 } as const;

/** How long a refused refresh token is refused again from memory. */
export const DEAD_TOKEN_MS = 60_000;

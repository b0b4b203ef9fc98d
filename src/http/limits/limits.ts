import type { Database } from '../../db/client.ts';
import { createRateLimits, type Wait } from '../../db/rate-limits.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Principal } from '../../resource-server/principal.ts';
import { createAuthLimits, type AuthLimits } from './auth-limits.ts';
import { createCounters, createOpenCounters } from './counters.ts';
import { createGate, type Gate } from './gate.ts';
import { createMemoryRates } from './memory-rates.ts';
import { toNetwork } from './network.ts';
import { HASHING, type RateName } from './rates.ts';
import { buildBusy, buildTooMany } from './refusal.ts';

/** What may be done how often. Every refusal names in `Retry-After` when it is worth trying again. */
export interface Limits {
  readonly auth: AuthLimits;
  /** One call of a connection or an API key, counted on this instance without a query. Sessions are not counted. */
  call(principal: Principal): Wait;
  /** One API key that nobody has. */
  keyGuess(address: string | null): Wait;
  /** One password tried on a published resume. */
  resumePassword(path: string, address: string | null, answer: () => Promise<Response>): Promise<Response>;
}

export interface LimitDependencies {
  /** RATE_LIMITS: off lets everything through. */
  readonly isOn: boolean;
  readonly db: Database;
  readonly clock: () => Date;
  readonly onLimited: (name: LimitName) => void;
  readonly metrics?: Pick<Metrics, 'cache'>;
}

export type LimitName = RateName | 'hashing';

const OPEN_GATE: Gate = { enter: (work) => work() };

export function createLimits({ isOn, db, clock, onLimited, metrics }: LimitDependencies): Limits {
  const counters = isOn
    ? createCounters({ shared: createRateLimits(db, clock), here: createMemoryRates(clock), onLimited })
    : createOpenCounters();
  const gate = isOn ? createGate({ ...HASHING, onFull: () => onLimited('hashing') }) : OPEN_GATE;
  return {
    auth: createAuthLimits(counters, gate, clock, metrics),
    call(principal) {
      switch (principal.method) {
        case 'access_token':
          return counters.takeHere('grantCall', principal.grantId);
        case 'api_key':
          return counters.takeHere('apiKeyCall', principal.apiKeyId);
        case 'session':
          return null;
      }
    },
    keyGuess: (address) => counters.takeHere('apiKeyGuess', toNetwork(address)),
    async resumePassword(path, address, answer) {
      const wait = await counters.take('resumePassword', path, toNetwork(address));
      return wait === null ? ((await gate.enter(answer)) ?? buildBusy(1)) : buildTooMany(wait);
    },
  };
}

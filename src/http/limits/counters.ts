import { hashToken } from '../../authorization-server/hashes.ts';
import type { RateLimits, Wait } from '../../db/rate-limits.ts';
import type { MemoryRates } from './memory-rates.ts';
import { KNOWN_NETWORK, RATES, type RateName } from './rates.ts';

/** The limits by name. Whom they count is hashed before it goes anywhere. */
export interface Counters {
  /** Spends one for everybody together; rejects when the database can't be asked. */
  take(name: RateName, ...whom: readonly string[]): Promise<Wait>;
  look(name: RateName, ...whom: readonly string[]): Promise<Wait>;
  forget(name: RateName, ...whom: readonly string[]): Promise<void>;
  /** Spends one on this instance alone, without a query. */
  takeHere(name: RateName, ...whom: readonly string[]): Wait;
  /** Whether an account has been signed in to from a network in the last 90 days. */
  isKnown(account: string, network: string): Promise<boolean>;
  remember(account: string, network: string): Promise<void>;
}

export interface CounterDependencies {
  readonly shared: RateLimits;
  readonly here: MemoryRates;
  /** Told of every refusal. */
  readonly onLimited: (name: RateName) => void;
}

export function createCounters({ shared, here, onLimited }: CounterDependencies): Counters {
  const tell = (name: RateName, wait: Wait): Wait => {
    if (wait !== null) onLimited(name);
    return wait;
  };
  return {
    take: async (name, ...whom) => tell(name, await shared.take(toKey(name, whom), RATES[name])),
    look: async (name, ...whom) => tell(name, await shared.look(toKey(name, whom), RATES[name])),
    forget: (name, ...whom) => shared.forget(toKey(name, whom)),
    takeHere: (name, ...whom) => tell(name, here.take(toKey(name, whom), RATES[name])),
    isKnown: async (account, network) => (await shared.look(toKey('knownNetwork', [account, network]), KNOWN_NETWORK)) !== null,
    async remember(account, network) {
      const key = toKey('knownNetwork', [account, network]);
      await shared.forget(key);
      await shared.take(key, KNOWN_NETWORK);
    },
  };
}

const hasRoom = async () => null;

/** What {@link Counters} is when RATE_LIMITS is off: everything has room. */
export function createOpenCounters(): Counters {
  return {
    take: hasRoom,
    look: hasRoom,
    forget: async () => undefined,
    takeHere: () => null,
    isKnown: async () => true,
    remember: async () => undefined,
  };
}

function toKey(name: string, whom: readonly string[]): string {
  return whom.length === 0 ? name : `${name}:${hashToken(whom.join('\n')).slice(0, 22)}`;
}

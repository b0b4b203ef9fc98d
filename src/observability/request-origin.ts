import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a request came from, as the http layer established it. */
export interface RequestOrigin {
  readonly requestId: string;
  /** The peer's address, or the right-most untrusted one behind trusted proxies; null when the app is called without a socket. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Carries the origin of a request to the records made on its behalf, past everything that has no use for it. */
export interface RequestOrigins {
  run<T>(origin: RequestOrigin, work: () => T): T;
  /** Null outside of a request: at boot, in background work and in commands. */
  current(): RequestOrigin | null;
}

export function createRequestOrigins(): RequestOrigins {
  const origins = new AsyncLocalStorage<RequestOrigin>();
  return {
    run: (origin, work) => origins.run(origin, work),
    current: () => origins.getStore() ?? null,
  };
}

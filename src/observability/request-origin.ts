import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a request came from, as the http layer established it. */
export interface RequestOrigin {
  readonly requestId: string;
  /** The peer's address, or the right-most untrusted one behind trusted proxies; null when the app is called without a socket. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** What is found out about a request while it is answered, for its line in the log. Its holders write into it. */
export interface RequestNotes {
  /** The pattern of the page, where the route of the URL table is the one of all pages. */
  route: string | null;
  grantId: string | null;
  /** As the client says it, where nothing was verified. */
  clientId: string | null;
  /** Null: the request is not traced. */
  traceId: string | null;
}

export function createNotes(): RequestNotes {
  return { route: null, grantId: null, clientId: null, traceId: null };
}

/** Carries the origin of a request to the records made on its behalf, past everything that has no use for it. */
export interface RequestOrigins {
  run<T>(origin: RequestOrigin, notes: RequestNotes, work: () => T): T;
  /** Null outside of a request: at boot, in background work and in commands. */
  current(): RequestOrigin | null;
  /** Of the same request. */
  notes(): RequestNotes | null;
}

export function createRequestOrigins(): RequestOrigins {
  const requests = new AsyncLocalStorage<{ readonly origin: RequestOrigin; readonly notes: RequestNotes }>();
  return {
    run: (origin, notes, work) => requests.run({ origin, notes }, work),
    current: () => requests.getStore()?.origin ?? null,
    notes: () => requests.getStore()?.notes ?? null,
  };
}

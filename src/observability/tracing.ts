/** Values by name of the semantic conventions of OpenTelemetry. No secrets, no tokens, nothing that a person wrote. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** The context that a caller sent (W3C Trace Context), unchecked. */
export interface RemoteContext {
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes: SpanAttributes;
  /** Continued where the caller is trusted, linked to otherwise. */
  readonly remote?: RemoteContext;
  /** Whether this request comes from where contexts are continued; otherwise as the span around it. */
  readonly isTrusted?: boolean;
}

/** What work gets that is in no span. */
export const NO_SPAN: Span = { traceId: null, rename: () => undefined, set: () => undefined, fail: () => undefined };

/** A span that is open. */
export interface Span {
  readonly traceId: string | null;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** Marks the operation as failed. @param type low-cardinality, for `error.type` */
  fail(type: string): void;
}

export interface Tracer {
  /**
   * Runs `work` in a span that is a child of the one around it and ends when `work` does. A rejection marks it as failed, by the type of
   * the error alone, and is passed on.
   */
  run<T>(start: SpanStart, work: (span: Span) => T): T;
  /** The same inside of a span; outside of one, `work` alone. */
  runInside<T>(start: SpanStart, work: (span: Span) => T): T;
  /** Sends what is not sent yet, within a second. */
  close(): Promise<void>;
}

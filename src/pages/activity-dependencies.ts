export interface ActivityEvent {
  readonly id: number;
  readonly at: Date;
  /** Dotted name, e.g. `grant.revoked`. */
  readonly event: string;
  readonly decision: 'allowed' | 'refused';
  readonly reason: string | null;
  readonly connectionId: string | null;
  readonly clientName: string | null;
  readonly apiKeyId: string | null;
  readonly apiKeyName: string | null;
  readonly resumeId: string | null;
  readonly resumeName: string | null;
  /** The version that a change led to, while it is kept; what it touched is untrusted text. */
  readonly version: {
    readonly revision: number;
    readonly at: Date;
    readonly touched: readonly string[];
    readonly isLocked: boolean;
  } | null;
  readonly address: string | null;
}

/** Which events: what is named narrows the list down. */
export interface ActivityFilter {
  /** Only events before the one with this id. */
  readonly before?: number;
  readonly connectionId?: string;
  readonly apiKeyId?: string;
  readonly resumeId?: string;
  /** Only what the owner did in a browser. */
  readonly ownOnly?: boolean;
}

export interface PageActivity {
  /** The latest events about the user, newest first, at most 100. */
  list(userId: string, filter?: ActivityFilter): Promise<readonly ActivityEvent[]>;
  /** Connections and keys, present and past, newest first. */
  listSources(
    userId: string,
  ): Promise<
    readonly { readonly kind: 'connection' | 'api_key'; readonly id: string; readonly name: string | null; readonly since: Date }[]
  >;
}

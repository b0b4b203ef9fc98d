export interface Connection {
  readonly id: string;
  readonly clientName: string | null;
  readonly clientId: string;
  readonly redirectHost: string | null;
  readonly scopes: readonly string[];
  readonly allResumes: boolean;
  /** Empty when all resumes are open. */
  readonly resumes: readonly { readonly id: string; readonly name: string }[];
  /** `suggest`: what it writes waits for the owner. */
  readonly mode: 'edit' | 'suggest';
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly callsInSevenDays: number;
  readonly expiresAt: Date;
}

/** The last time the person allowed a client, whatever became of it. */
export interface EarlierConnection {
  readonly createdAt: Date;
  readonly scopes: readonly string[];
  readonly lastUsedAt: Date | null;
  readonly endsAt: Date;
  readonly isLive: boolean;
}

export interface PageConnections {
  /** Live connections of the user, newest first, those that hold only a refresh token included. */
  list(userId: string): Promise<readonly Connection[]>;
  findEarlier(userId: string, clientId: string): Promise<EarlierConnection | null>;
  /** Changes it in place. Scopes can only be taken away; nothing is written unless the answer is `changed`. */
  change(
    userId: string,
    connectionId: string,
    change: { readonly scopes: readonly string[]; readonly resumes: 'all' | readonly string[]; readonly mode: 'edit' | 'suggest' },
  ): Promise<'changed' | 'not_found' | 'exceeds_grant' | 'nothing_left' | 'unknown_resume'>;
  /** @returns false when the user has no such connection */
  disconnect(userId: string, connectionId: string): Promise<boolean>;
  disconnectAll(userId: string): Promise<void>;
}

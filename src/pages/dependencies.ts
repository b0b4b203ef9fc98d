import type { Accounts } from '../authorization-server/accounts.ts';
import type { ActivityDirectory } from '../api/base.ts';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { DerivedKeys } from '../env/derived-keys.ts';
import type { ResumeScope } from '../authorization-server/scopes.ts';
import type { SessionPrincipal } from '../resource-server/principal.ts';
import type { ResumeOutput } from '../resumes/publishing/resume-output.ts';
import type { Service } from '../service.ts';
import type { EditOperation } from './edit-values.ts';
import type { PageConnections } from './page-connections.ts';

/** Everything the pages reach for outside their folder; the composition root supplies it. */
export interface PageDependencies {
  readonly identifiers: Identifiers;
  readonly clock: () => Date;
  readonly randomBytes: (size: number) => Uint8Array;
  /** At least 32 bytes, the same on every instance, derived from the server's secret for this purpose alone. */
  readonly csrfKeys: DerivedKeys;
  /**
   * The auth library's own handler. Pages hand it new requests to its documented endpoints, with the browser's cookie, the
   * configured origin and the client address header the HTTP layer has set, so that its origin check and limits apply.
   */
  auth(request: Request): Promise<Response>;
  /** The owner behind the session cookie, or null. Rejects when the store cannot be asked. */
  resolveSession(request: Request): Promise<SessionPrincipal | null>;
  /** Whether the query was signed by this server, is unaltered and has not expired. */
  isAuthorizationQueryIntact(query: string): Promise<boolean>;
  /** Whether mails leave the server; otherwise they are in its log. */
  readonly isMailSent: boolean;
  /** Whether nobody gets in before they have proved their address. */
  readonly isEmailRequired: boolean;
  /** Whether those who work on the pages see every component at `/styleguide`. */
  readonly hasStyleguide: boolean;
  readonly accounts: Accounts;
  describeClient(clientId: string): Promise<ClientDescription | null>;
  readonly connections: PageConnections;
  readonly apiKeys: PageApiKeys;
  readonly sessions: PageSessions;
  readonly activity: ActivityDirectory;
  /** Everything that is stored about a person, as the text of one JSON object. */
  readonly personalData: (userId: string) => AsyncIterable<string>;
  readonly resumes: PageResumes;
  readonly edits: PageEdits;
  readonly history: PageHistory;
  readonly output: ResumeOutput;
  /** In the place of resumes, of which there are no pages then. */
  readonly service?: Service | undefined;
  /** At least 32 bytes, derived for the cookies of password-protected resumes alone. */
  readonly unlockKeys: DerivedKeys;
}

/** What the HTTP layer knows about a request. */
export interface RequestInfo {
  /** Shown as the reference number of an error page and written to the log. */
  readonly requestId: string;
  readonly clientAddress: string | null;
  /** Told of the pattern of the page that answers. */
  readonly onRoute?: (pattern: string) => void;
}

/** Untrusted except `verifiedHost`: names and links come from the client itself. */
export interface ClientDescription {
  readonly name: string | null;
  readonly registration: 'metadata_document' | 'dynamic' | 'preregistered';
  /** Host that serves the client's metadata document; null when nothing about the client has been verified. */
  readonly verifiedHost: string | null;
  readonly clientUri: string | null;
}

export interface ApiKeySummary {
  readonly id: string;
  readonly name: string | null;
  /** First characters of the key, enough to tell keys apart. */
  readonly start: string | null;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly ResumeScope[];
  readonly expiresAt: Date | null;
}

export interface PageApiKeys {
  /** Every key of the user, expired ones included, newest first. */
  list(userId: string): Promise<readonly ApiKeySummary[]>;
  /** @returns the key itself, which is never readable again */
  create(userId: string, key: NewApiKey): Promise<{ readonly id: string; readonly key: string }>;
  /** @returns false when the user has no such key */
  revoke(userId: string, apiKeyId: string): Promise<boolean>;
}

export interface BrowserSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface PageSessions {
  /** Live sessions of the user, newest first. */
  list(userId: string): Promise<readonly BrowserSession[]>;
  /** @returns false when the user has no such session */
  end(userId: string, sessionId: string): Promise<boolean>;
}

export interface ResumeSummary {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
  readonly isLocked: boolean;
  readonly updatedAt: Date;
}

export interface ResumeDetail extends ResumeSummary {
  readonly revision: number;
  /** A JSON Resume document as stored; pages show what they understand of it and treat all of it as text. */
  readonly data: unknown;
}

export type ResumeRefusal = 'not_found' | 'locked' | 'invalid' | 'conflict' | 'too_many';
export type ResumeOutcome = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: ResumeRefusal };

export type ImportOutcome =
  | { readonly ok: true; readonly id: string }
  | {
      readonly ok: false;
      readonly reason: 'invalid' | 'unsupported' | 'too_large' | 'too_many';
      /** Where the document is wrong (JSON Pointer) and what was expected there; untrusted text. */
      readonly problems: readonly { readonly pointer: string; readonly expected: string }[];
    };

/** The owner's resumes through the same procedures that serve the API. */
export interface PageResumes {
  /** @param cursor of the page before, or null for the first page of at most 100 */
  list(
    owner: PageOwner,
    cursor: string | null,
  ): Promise<{ readonly resumes: readonly ResumeSummary[]; readonly nextCursor: string | null }>;
  read(owner: PageOwner, id: string): Promise<ResumeDetail | null>;
  create(owner: PageOwner, resume: { readonly name: string; readonly withSampleData: boolean }): Promise<ResumeOutcome>;
  /** @param document JSON as parsed, of any shape */
  import(owner: PageOwner, document: unknown): Promise<ImportOutcome>;
  setLocked(owner: PageOwner, id: string, locked: boolean): Promise<ResumeOutcome>;
  setPublic(owner: PageOwner, id: string, isPublic: boolean): Promise<ResumeOutcome>;
  delete(owner: PageOwner, id: string): Promise<ResumeOutcome>;
}

/** Who asks and under which request: what the API's context is built from. */
export interface PageOwner {
  readonly principal: SessionPrincipal;
  readonly requestId: string;
}

export type EditRefusal = 'not_found' | 'locked' | 'changed' | 'invalid' | 'too_large' | 'slug_taken';
export type EditOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: EditRefusal;
      /** JSON Pointers of what is wrong, into the document, or to a member of the details. */
      readonly pointers: readonly string[];
    };

/** Writes of the owner's forms, through the procedures that also serve RPC, REST and MCP. */
export interface PageEdits {
  patch(
    owner: PageOwner,
    id: string,
    request: { readonly operations: readonly EditOperation[]; readonly expectedRevision: number },
  ): Promise<EditOutcome>;
  rename(
    owner: PageOwner,
    id: string,
    details: { readonly name?: string; readonly slug?: string; readonly tags?: readonly string[] },
  ): Promise<EditOutcome>;
}

export interface PageVersion {
  readonly revision: number;
  readonly at: Date;
  /** `created`, `patched`, `restored` and so on. */
  readonly kind: string;
  readonly by: { readonly kind: 'owner' | 'connection' | 'api_key'; readonly id: string; readonly name: string | null };
  readonly operations: number;
  /** Sections and settings; untrusted text. */
  readonly touched: readonly string[];
}

export interface PageComparison {
  readonly from: number;
  readonly to: number;
  /** A line for each change; untrusted text. */
  readonly lines: readonly string[];
}

export interface PageSuggestion {
  readonly id: string;
  readonly status: 'pending' | 'accepted' | 'partly_accepted' | 'rejected';
  readonly by: { readonly name: string | null };
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly operations: readonly { readonly line: string }[];
  /** Pointers of what has changed since; not empty: it no longer applies as a whole. */
  readonly conflicts: readonly string[];
}

export type HistoryRefusal = 'not_found' | 'locked' | 'changed' | 'conflict' | 'decided' | 'slug_taken' | 'invalid';
export type HistoryOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: HistoryRefusal; readonly pointers: readonly string[] };

/** What a resume was, and what connections suggest it should be. Null: there is no such resume or version. */
export interface PageHistory {
  listVersions(
    owner: PageOwner,
    id: string,
    cursor: string | null,
  ): Promise<{ readonly versions: readonly PageVersion[]; readonly nextCursor: string | null } | null>;
  /** @param range `to` left out: the resume as it is */
  compare(owner: PageOwner, id: string, range: { readonly from: number; readonly to?: number }): Promise<PageComparison | null>;
  restore(owner: PageOwner, id: string, request: { readonly revision: number; readonly expectedRevision: number }): Promise<HistoryOutcome>;
  /** @param request.since an instant as ISO 8601 */
  undo(owner: PageOwner, id: string, request: { readonly connectionId: string; readonly since: string }): Promise<HistoryOutcome>;
  listSuggestions(owner: PageOwner, id: string): Promise<readonly PageSuggestion[] | null>;
  /** @param operations indexes; null: all */
  accept(owner: PageOwner, id: string, suggestionId: string, operations: readonly number[] | null): Promise<HistoryOutcome>;
  reject(owner: PageOwner, id: string, suggestionId: string): Promise<HistoryOutcome>;
}

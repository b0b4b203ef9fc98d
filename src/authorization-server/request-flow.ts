import { AsyncLocalStorage } from 'node:async_hooks';
import { LANGUAGES, type Language } from '../language.ts';
import type { AllowedEvent, RefusedEvent } from '../db/audit-events.ts';
import type { Keeps, KeptRow, WriteCondition } from '../db/kept-inserts.ts';
import type { Mail } from '../mail/mail.ts';
import type { RequestOrigin } from '../observability/request-origin.ts';
import type { Deferral } from './deferral.ts';
import type { GrantMode } from './grant-mode.ts';
import type { GrantDuration } from './lifetimes.ts';
import type { PlainTokenRequest } from './plain-token-requests.ts';

/** What a person chose on the consent page beside the scopes. */
export interface ConsentChoice {
  readonly resumes: 'all' | readonly string[];
  readonly mode: GrantMode;
  readonly duration: GrantDuration;
  /** What the client had asked for, allowed or not. */
  readonly requestedScopes: readonly string[];
  /** Hash of the signature of the request that is being answered. */
  readonly requestHash: string;
  /** The grant that this consent opens; named when the library first asks for it. */
  grantId: string | null;
}

/** A registration between its two halves. */
export interface PendingRegistration {
  /** Every redirect URI the client gets, in its own order. */
  readonly redirectUris: readonly string[];
  /** Whether the library is shown fewer, because its own validator knows no exceptions. */
  readonly isWithheld: boolean;
  /** Null for a client with a secret: each of those is a client of its own. */
  readonly fingerprint: string | null;
}

/** What a request inserts, kept back to be written at its end in one statement. */
export interface KeptWrites {
  readonly rows: KeptRow[];
  /** Which rows; whatever else is inserted is inserted at once. */
  readonly keeps: Keeps;
  /** What of it all was read before must still be so; null: nothing. */
  condition: WriteCondition | null;
}

/** What one request to the authorization server carries from hook to hook. Nothing in it outlives the request. */
export interface RequestFlow extends RequestOrigin {
  consent: ConsentChoice | null;
  /** The grant that a token or revocation request turned out to be about. */
  grantId: string | null;
  clientId: string | null;
  /** An operator registers: never answered with a client that registered itself. */
  isPreregistration: boolean;
  /** A registration between the hooks before and after it. */
  registration: PendingRegistration | null;
  codeHash: string | null;
  /** What became of each metadata document that this request needed; none is read twice. */
  readonly clientDocuments: Map<string, ClientDocumentResolution>;
  /** Of whoever sent the request. */
  readonly language: Language;
  /** What to send when the request has been answered and did not fail. */
  readonly mails: Mail[];
  /** Rows that a request has read already, by their query; null where each is read when it is asked for. */
  reads: Map<string, unknown> | null;
  /** True where all that the library writes stands or falls together already, so that it needs no transaction of its own. */
  isWhole: boolean;
  /** Null: the request writes as it goes. */
  kept: KeptWrites | null;
  /** Answers the library out of rows that were read already, and keeps its writes back; null: the database does. */
  deferral: Deferral | null;
  /** What was read of a token request that is answered as a plain one. */
  plain: PlainTokenRequest | null;
  /** True once the request runs in a transaction: from then on nothing may be fetched for it. */
  isTransactional: boolean;
  /** The person: signed in, or whose session the request began or ended. */
  userId: string | null;
  apiKeyId: string | null;
  /** Whom a sign-in names; used to find the account, never kept. */
  email: string | null;
  /** What the request comes to when the endpoint alone does not say. */
  outcome: AllowedEvent | null;
  /** Why the request was refused: the operator's half. */
  reason: string | null;
  /** What else the audit trail keeps of it. */
  detail: Readonly<Record<string, unknown>> | null;
  /** What the audit trail was told that the request came to. */
  recorded: RecordedOutcome | null;
}

export interface RecordedOutcome {
  readonly event: AllowedEvent | RefusedEvent;
  readonly decision: 'allowed' | 'refused';
  readonly reason: string | null;
}

export type ClientDocumentResolution = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

export interface RequestFlows {
  run<T>(origin: RequestOrigin, work: () => Promise<T>, language?: Language): Promise<T>;
  /**
   * Runs `work` with a flow of its own, which begins as the current one and becomes it when something comes of the work. With null nothing of
   * it is left.
   */
  attempt<T>(work: (flow: RequestFlow) => Promise<T | null>): Promise<T | null>;
  /** The current flow; a detached one outside {@link RequestFlows.run} (direct library calls at boot and in commands). */
  current(): RequestFlow;
}

export function createRequestFlows(): RequestFlows {
  const flows = new AsyncLocalStorage<RequestFlow>();
  const current = () => flows.getStore() ?? begin({ requestId: 'internal', address: null, userAgent: null }, LANGUAGES[0]);
  return {
    run: (origin, work, language = LANGUAGES[0]) => flows.run(begin(origin, language), work),
    async attempt(work) {
      const flow = current();
      const own: RequestFlow = { ...flow, mails: [...flow.mails] };
      const result = await flows.run(own, () => work(own));
      if (result !== null) Object.assign(flow, own);
      return result;
    },
    current,
  };
}

const NOTHING_KNOWN = {
  consent: null,
  grantId: null,
  clientId: null,
  codeHash: null,
  registration: null,
  userId: null,
  apiKeyId: null,
  email: null,
  outcome: null,
  reason: null,
  detail: null,
  recorded: null,
  reads: null,
  isWhole: false,
  kept: null,
  deferral: null,
  plain: null,
};

function begin(origin: RequestOrigin, language: Language): RequestFlow {
  return {
    ...origin,
    language,
    ...NOTHING_KNOWN,
    clientDocuments: new Map(),
    mails: [],
    isTransactional: false,
    isPreregistration: false,
  };
}

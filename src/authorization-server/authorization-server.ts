import type { JSONWebKeySet } from 'jose';
import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import type { Expiry } from '../db/janitor.ts';
import type { VersionedSecret } from '../env.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracer } from '../observability/tracing.ts';
import type { RequestOrigin } from '../observability/request-origin.ts';
import { createLanguageChoice } from '../language.ts';
import type { Mail } from '../mail/mail.ts';
import { createAccountMails, type EmailPolicy } from './account-mails.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import { createAdministration, type Administration } from './administration/administration.ts';
import { createAnswers } from './answers.ts';
import { createApiKeys } from './api-key-store.ts';
import type { ApiKeyStore, ApiKeyVerification } from './api-keys.ts';
import { createAuth } from './auth.ts';
import { createHandler } from './auth-plugins.ts';
import { createBackgroundWork } from './background-work.ts';
import { createBrowserSessions, type BrowserSessions } from './browser-sessions.ts';
import { createAuthorizationReads } from './authorization-reads.ts';
import { createAuthorizationCodes } from './authorization-codes.ts';
import { createClientRequests } from './client-requests.ts';
import { createClientDirectory, type ClientDirectory } from './clients.ts';
import type { ClientMetadataOptions } from './client-metadata/client-documents.ts';
import { createConsentHooks } from './consent-hooks.ts';
import { createEndpointCalls } from './endpoint-calls.ts';
import { createAuthExpiries } from './expiries.ts';
import { createGrantStore, type GrantStore } from './grants.ts';
import { AUTH_BASE_PATH, type Identifiers } from './identifiers.ts';
import { buildMetadata, type MetadataDocuments } from './metadata.ts';
import { createTokenCall } from './plain-calls.ts';
import { createPlainTokens } from './plain-tokens.ts';
import { REFRESH_TOKEN_PREFIX } from './provider-options.ts';
import { createRandomNames } from './random-names.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import { createRegistrationHooks } from './registration-hooks.ts';
import { createClientRegistrations } from './registrations.ts';
import { buildResetAnswer, buildResetBusy, isResetRequest } from './reset-requests.ts';
import { createRequestFlows, type RequestFlow } from './request-flow.ts';
import { createKeyring } from './signing-keys/keyring.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys/signing-keys.ts';
import { traceEndpoint } from './endpoint-spans.ts';
import { createStoredSecrets, type StoredSecrets } from './stored-secrets.ts';
import { createTokenHooks, type InspectAccessToken } from './token-hooks.ts';

/** A person's browser session. */
export interface OwnerSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly userName: string;
  readonly userEmail: string;
}

/** The authorization server as the rest of the application sees it. */
export interface AuthorizationServer {
  /**
   * Answers everything below the auth base path. Registration, token, revocation and consent requests run in one transaction
   * each, with the record of what they came to.
   * Rejects where the library would answer 5xx; the cause tells whether the database is away.
   *
   * @param onNewClient called when the request has registered a client that there was not before
   */
  handle(request: Request, origin: RequestOrigin, onNewClient?: () => void): Promise<Response>;
  resolveSession(headers: Headers): Promise<OwnerSession | null>;
  /** Whether an authorize query was signed by this server, is unaltered and has not expired. */
  isAuthorizationQueryIntact(query: string): Promise<boolean>;
  /** The public keys as RFC 7517 has them, a second old at the most. */
  loadKeys(): Promise<JSONWebKeySet>;
  readonly signingKeys: SigningKeys;
  readonly storedSecrets: StoredSecrets;
  /** To be called before it serves: makes the signing key that is due. @throws SecretError when the stored ones can't be opened */
  prepare(): Promise<void>;
  verifyApiKey(key: string): Promise<ApiKeyVerification>;
  readonly metadata: MetadataDocuments;
  readonly grants: GrantStore;
  readonly clients: ClientDirectory;
  readonly apiKeys: ApiKeyStore;
  readonly sessions: BrowserSessions;
  readonly accounts: Accounts;
  readonly administration: Administration;
  /** What of its rows is over when. @param endedGrantDays how long a grant that has ended keeps its name for the audit trail */
  listExpiries(endedGrantDays: number): readonly Expiry[];
  /** Resolves when no work is left of requests that were answered already. */
  settle(): Promise<void>;
}

export interface AuthorizationServerDependencies {
  readonly identifiers: Identifiers;
  readonly db: Database;
  readonly secrets: readonly [VersionedSecret, ...VersionedSecret[]];
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly audit: AuditTrail;
  readonly log: Log;
  readonly email: EmailPolicy;
  /** Takes a mail to send; must not wait for it. */
  readonly postMail: (mail: Mail) => void;
  readonly onRevocation: () => void;
  /** How long a signing key signs. */
  readonly signingKeyDays: number;
  /** Told of each request when its answer stands, in the request's own asynchronous context. Not told of answers 5xx. */
  readonly onAnswered?: (endpoint: string, flow: Readonly<RequestFlow>) => void;
  readonly inspectAccessToken: InspectAccessToken;
  readonly clientMetadata?: ClientMetadataOptions;
  readonly metrics?: Metrics;
  readonly tracer?: Tracer | undefined;
}

/**
 * Composes the authorization server over a migrated database. Rejects when the database can't be read or written.
 * Instances sharing a database must not do this at the same moment: see `Connection.exclusively`.
 */
export async function createAuthorizationServer(dependencies: AuthorizationServerDependencies): Promise<AuthorizationServer> {
  const { identifiers, db, clock, newId, audit, log } = dependencies;
  const flows = createRequestFlows();
  const newName = createRandomNames();
  const { onRevocation } = dependencies;
  const grants = createGrantStore({ db, clock, audit, onRevocation });
  const keyring = createKeyring(db, clock);
  const languages = createLanguageChoice(identifiers);
  const codes = createAuthorizationCodes(db, clock, grants);
  const clients = createClientDirectory(db);
  const background = createBackgroundWork((error) => log.error({ event: 'auth.background_failed', err: error }));
  const clientRequests = createClientRequests(identifiers);
  const auth = createAuth({
    identifiers,
    db,
    secrets: dependencies.secrets,
    log,
    flows,
    newName,
    grants,
    keyring,
    clientRequests,
    authorizationReads: createAuthorizationReads(db, clock),
    registrationHooks: createRegistrationHooks(createClientRegistrations(db, clock), identifiers.scopes),
    consentHooks: createConsentHooks({ grants, codes, clients, clock, newId, scopes: identifiers.scopes }),
    tokenHooks: createTokenHooks({
      resource: identifiers.resource,
      codes,
      refreshTokens: createRefreshTokens(db, clock, grants),
      grants,
      inspectAccessToken: dependencies.inspectAccessToken,
      refreshTokenPrefix: REFRESH_TOKEN_PREFIX,
    }),
    accountMails: createAccountMails({ issuer: identifiers.issuer, clock, flows, grants, email: dependencies.email }),
    clientDocuments: { ...dependencies.clientMetadata, clock, audit, metrics: dependencies.metrics, tracer: dependencies.tracer },
  });
  const signingKeys = createSigningKeys({ auth, db, clock, audit, keyring, onRevocation, periodDays: dependencies.signingKeyDays });
  const storedSecrets = createStoredSecrets({ auth, db, audit });
  const keys = createApiKeys({ auth, db, audit, clock });
  const readPlainToken = createPlainTokens({
    db,
    clock,
    resource: identifiers.resource,
    refreshTokenPrefix: REFRESH_TOKEN_PREFIX,
    newId: newName,
  });
  const callTokenEndpoint = createTokenCall(auth, clientRequests, `${identifiers.issuer}${AUTH_BASE_PATH}/oauth2/token`);
  const answers = createAnswers({
    ...dependencies,
    auth,
    handle: await createHandler(auth),
    flows,
    readPlainToken,
    callTokenEndpoint,
    callEndpoint: createEndpointCalls(auth),
  });

  return {
    async handle(request, origin, onNewClient) {
      const endpoint = new URL(request.url).pathname.slice(AUTH_BASE_PATH.length + 1);
      const answered = async () => {
        const response = await traceEndpoint(dependencies.tracer, endpoint, flows, () => answers.answer(request, endpoint));
        if (response.ok && flows.current().registration !== null) onNewClient?.();
        return response;
      };
      const work = () => flows.run(origin, answered, languages.choose(request.headers));
      if (!(await isResetRequest(request, endpoint))) return work();
      await answers.requireDatabase();
      return background.begin(work) ? buildResetAnswer() : buildResetBusy();
    },
    isAuthorizationQueryIntact: (query) =>
      auth.api.checkAuthorizationQuery({ body: { oauth_query: query } }).catch((error: unknown) => {
        if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) return false;
        throw error;
      }),
    async resolveSession(headers) {
      const found = await auth.api.getSession({ headers });
      if (found === null) return null;
      return { sessionId: found.session.id, userId: found.user.id, userName: found.user.name, userEmail: found.user.email };
    },
    loadKeys: async () => ({ keys: (await auth.api.getJwks()).keys }),
    signingKeys,
    storedSecrets,
    async prepare() {
      await storedSecrets.requireReadableKeys();
      await signingKeys.rotateIfDue();
    },
    verifyApiKey: (key) => keys.verify(key),
    metadata: buildMetadata(identifiers, { ...(await auth.api.getOAuthServerConfig()) }),
    grants,
    clients,
    apiKeys: keys.store,
    sessions: createBrowserSessions(auth, audit),
    accounts: createAccounts(auth, clock, dependencies.secrets),
    administration: createAdministration({ auth, db, audit, flows, grants, clock, identifiers, keys: keys.store }),
    listExpiries: (endedGrantDays) => [...createAuthExpiries({ auth, db, endedGrantDays }), signingKeys.expiry],
    settle: () => background.settle(),
  };
}

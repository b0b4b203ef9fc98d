import type { Database } from '../db/client.ts';
import type { VersionedSecret } from '../env.ts';
import type { Log } from '../observability/log.ts';
import type { AccountMails } from './account-mails.ts';
import type { AuthorizationReads } from './authorization-reads.ts';
import type { ClientDocumentDependencies } from './client-metadata/client-documents.ts';
import type { ClientRequests } from './client-requests.ts';
import type { ConsentHooks } from './consent-hooks.ts';
import type { GrantStore } from './grants.ts';
import type { Identifiers } from './identifiers.ts';
import type { RegistrationHooks } from './registration-hooks.ts';
import type { RequestFlows } from './request-flow.ts';
import type { Keyring } from './signing-keys/keyring.ts';
import type { TokenHooks } from './token-hooks.ts';

/** What the auth instance is built over. */
export interface AuthDependencies {
  readonly identifiers: Identifiers;
  readonly db: Database;
  readonly secrets: readonly [VersionedSecret, ...VersionedSecret[]];
  readonly log: Log;
  readonly flows: RequestFlows;
  /** Names rows and clients. */
  readonly newName: () => string;
  readonly grants: GrantStore;
  readonly keyring: Keyring;
  readonly clientRequests: ClientRequests;
  readonly authorizationReads: AuthorizationReads;
  readonly registrationHooks: RegistrationHooks;
  readonly consentHooks: ConsentHooks;
  readonly tokenHooks: TokenHooks;
  readonly accountMails: AccountMails;
  readonly clientDocuments: Pick<ClientDocumentDependencies, 'network' | 'pins' | 'audit' | 'clock' | 'metrics' | 'tracer'>;
}

import { and, count, desc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AuditTrail } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import { oauthClient } from '../../db/schema/auth.ts';
import { oauthGrant } from '../../db/schema/grants.ts';
import type { Auth } from '../auth.ts';
import type { ClientRegistration } from '../clients.ts';
import { AUTH_BASE_PATH, type Identifiers } from '../identifiers.ts';
import type { RegisteredMethod } from '../interop/client-authentication.ts';
import { OAuthError } from '../oauth-error.ts';
import { requireRedirectUris } from '../redirect-policy.ts';
import type { RequestFlows } from '../request-flow.ts';
import type { GrantAdministration } from './grant-administration.ts';

export interface AdministeredClient {
  readonly clientId: string;
  readonly name: string | null;
  readonly registration: ClientRegistration;
  readonly tokenEndpointAuthMethod: string | null;
  readonly redirectUris: readonly string[];
  /** Null: any. */
  readonly scopes: readonly string[] | null;
  readonly isDisabled: boolean;
  readonly createdAt: Date | null;
  /** Live connections. */
  readonly grants: number;
}

export interface NewClient {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenEndpointAuthMethod: RegisteredMethod;
  readonly jwksUri: string | null;
}

export type ClientCreation =
  | { readonly ok: true; readonly clientId: string; readonly clientSecret: string | null }
  | { readonly ok: false; readonly problem: string };

export interface RedirectUriChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export type RedirectUriOutcome =
  | { readonly ok: true; readonly redirectUris: readonly string[]; readonly endedGrants: number }
  | { readonly ok: false; readonly problem: string };

export interface ClientAdministration {
  /** Newest first. */
  list(query: { readonly registration: ClientRegistration | null; readonly limit: number }): Promise<readonly AdministeredClient[]>;
  find(clientId: string): Promise<AdministeredClient | null>;
  /** Registers a client that is never forgotten. The secret is answered once; only its hash is kept. */
  create(client: NewClient): Promise<ClientCreation>;
  /**
   * Changes where a client may answer, by the rule of registration; connections whose code went to an address that is removed end. Only for
   * one that was created here: any other says itself where it answers. Adding what is there and removing what is not are no problem.
   */
  changeRedirectUris(clientId: string, change: RedirectUriChange): Promise<RedirectUriOutcome>;
  /** A disabled client is refused everywhere, and its connections end. Enabling brings none of them back. */
  setDisabled(clientId: string, isDisabled: boolean): Promise<void>;
  /** Ends its connections and forgets it. One with a metadata document is known again when it next asks. */
  delete(clientId: string): Promise<void>;
}

export interface ClientAdministrationDependencies {
  readonly auth: Auth;
  readonly db: Database;
  readonly audit: AuditTrail;
  readonly flows: RequestFlows;
  readonly clock: () => Date;
  readonly identifiers: Identifiers;
}

const OPERATOR = { requestId: 'operator', address: null, userAgent: null };
const answerSchema = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  error_description: z.string().optional(),
  message: z.string().optional(),
});

const ofClient = (clientId: string) => ({ model: 'oauthClient', where: [{ field: 'clientId', value: clientId }] });

export function createClientAdministration(
  { auth, db, audit, flows, clock, identifiers }: ClientAdministrationDependencies,
  grants: GrantAdministration,
): ClientAdministration {
  const isLive = () =>
    and(
      eq(oauthGrant.clientId, oauthClient.clientId),
      isNotNull(oauthGrant.activatedAt),
      isNull(oauthGrant.revokedAt),
      gt(oauthGrant.expiresAt, clock()),
    );
  const select = async (clientId: string | null, limit: number): Promise<AdministeredClient[]> => {
    const live = db.orm.select({ live: count() }).from(oauthGrant).where(isLive());
    const rows = await db.orm
      .select({ client: oauthClient, grants: sql<number>`${live}`.mapWith(Number) })
      .from(oauthClient)
      .where(clientId === null ? undefined : eq(oauthClient.clientId, clientId))
      .orderBy(desc(oauthClient.createdAt), desc(oauthClient.id))
      .limit(limit);
    return rows.map(({ client, grants: alive }) => ({
      clientId: client.clientId,
      name: client.name,
      registration: client.clientDiscoveryId !== null ? 'metadata_document' : client.referenceId !== null ? 'preregistered' : 'dynamic',
      tokenEndpointAuthMethod: client.tokenEndpointAuthMethod,
      redirectUris: client.redirectUris,
      scopes: client.scopes,
      isDisabled: client.disabled === true,
      createdAt: client.createdAt,
      grants: alive,
    }));
  };

  return {
    async list({ registration, limit }) {
      if (registration === null) return select(null, limit);
      return (await select(null, Number.MAX_SAFE_INTEGER)).filter((client) => client.registration === registration).slice(0, limit);
    },

    find: async (clientId) => (await select(clientId, 1))[0] ?? null,

    // By the registration endpoint, so that one rule holds for the metadata of every client.
    create: ({ name, redirectUris, scopes, tokenEndpointAuthMethod, jwksUri }) =>
      flows.run(OPERATOR, () =>
        db.transaction(async () => {
          flows.current().isPreregistration = true;
          const response = await auth.handler(
            new Request(`${identifiers.issuer}${AUTH_BASE_PATH}/oauth2/register`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({
                client_name: name,
                redirect_uris: redirectUris,
                token_endpoint_auth_method: tokenEndpointAuthMethod,
                ...(jwksUri !== null && { jwks_uri: jwksUri }),
              }),
            }),
          );
          const answer = answerSchema.parse(await response.json());
          if (!response.ok || answer.client_id === undefined)
            return { ok: false, problem: answer.error_description ?? answer.message ?? `it was refused with ${response.status}` };
          const { adapter } = await auth.$context;
          await adapter.update({ ...ofClient(answer.client_id), update: { referenceId: 'operator', scopes: [...scopes] } });
          await audit.record({ event: 'client.registered', clientId: answer.client_id, detail: { clientName: name } });
          return { ok: true, clientId: answer.client_id, clientSecret: answer.client_secret ?? null };
        }),
      ),

    changeRedirectUris: (clientId, { add, remove }) =>
      db.transaction(async () => {
        const [client] = await db.orm
          .select({ redirectUris: oauthClient.redirectUris, owner: oauthClient.referenceId })
          .from(oauthClient)
          .where(eq(oauthClient.clientId, clientId))
          .for('update');
        if (client === undefined || client.owner === null)
          return { ok: false, problem: 'Only a client that the operator registered can be changed' };
        const removed = client.redirectUris.filter((uri) => remove.includes(uri) && !add.includes(uri));
        const wanted = [...client.redirectUris.filter((uri) => !removed.includes(uri)), ...add];
        const judged = judgeRedirectUris(wanted);
        if (!judged.ok) return judged;
        const { adapter } = await auth.$context;
        await adapter.update({ ...ofClient(clientId), update: { redirectUris: [...judged.redirectUris] } });
        const endedGrants = removed.length === 0 ? 0 : await grants.revokeOfClient(clientId, removed);
        await audit.record({ event: 'client.changed', clientId, detail: { via: 'operator', redirectUris: judged.redirectUris } });
        return { ok: true, redirectUris: judged.redirectUris, endedGrants };
      }),

    setDisabled: (clientId, isDisabled) =>
      db.transaction(async () => {
        const { adapter } = await auth.$context;
        await adapter.update({ ...ofClient(clientId), update: { disabled: isDisabled } });
        if (isDisabled) await grants.revokeOfClient(clientId);
        await audit.record({ event: isDisabled ? 'client.disabled' : 'client.enabled', clientId });
      }),

    delete: (clientId) =>
      db.transaction(async () => {
        const { adapter } = await auth.$context;
        // Its connections after it: see lock-order.ts. They have no foreign key to it.
        await adapter.delete(ofClient(clientId));
        await grants.revokeOfClient(clientId);
        await audit.record({ event: 'client.deleted', clientId });
      }),
  };
}

function judgeRedirectUris(
  uris: readonly string[],
): { readonly ok: true; readonly redirectUris: readonly string[] } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, redirectUris: requireRedirectUris(uris) };
  } catch (error) {
    if (error instanceof OAuthError) return { ok: false, problem: error.description };
    throw error;
  }
}

import { findBan } from '../db/bans.ts';
import type { Database } from '../db/client.ts';
import type { RequestFlows } from './request-flow.ts';

export interface SessionHookDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly flows: RequestFlows;
  /** What the library answers with 403. */
  readonly toError: (refusal: { readonly code: string; readonly message: string } & Record<string, unknown>) => Error;
}

/** The part of an endpoint's context that is needed here. */
interface EndpointContext {
  readonly context: { readonly internalAdapter: { deleteUserSessions(userId: string): Promise<unknown> } };
}

/** Hooks of the library on its sessions: whose session the request began or ended, and that a closed account gets none. */
export function createSessionHooks({ db, clock, flows, toError }: SessionHookDependencies) {
  return {
    create: {
      /**
       * Every way to sign in comes through here, with the password or passkey proved. A ban is looked for only now: the row has waited
       * for one that was being written, and a later one finds the row and ends it.
       */
      async after({ userId }: { readonly userId: string }, endpoint: EndpointContext | null) {
        flows.current().userId = userId;
        const ban = await findBan(db, userId, clock());
        if (ban === null) return;
        flows.current().reason = 'account_closed';
        await endpoint?.context.internalAdapter.deleteUserSessions(userId);
        const { reason, endsAt } = ban;
        throw toError({ code: 'ACCOUNT_CLOSED', message: 'This account is closed', reason, until: endsAt });
      },
    },
    delete: {
      async after({ userId }: { readonly userId: string }) {
        flows.current().userId ??= userId;
      },
    },
  };
}

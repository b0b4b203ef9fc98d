import { text } from 'node:stream/consumers';
import { createAuthorizationServer } from '../authorization-server/authorization-server.ts';
import type { Administration } from '../authorization-server/administration/administration.ts';
import type { SigningKeys } from '../authorization-server/signing-keys/signing-keys.ts';
import type { StoredSecrets } from '../authorization-server/stored-secrets.ts';
import { buildIdentifiers } from '../authorization-server/identifiers.ts';
import { createAuditTrail, type AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { createId } from '../db/create-id.ts';
import { holdsDatabase } from '../db/data-folder.ts';
import type { Env } from '../env.ts';
import { createLog } from '../observability/log.ts';
import { openStorage, type Storage } from '../storage.ts';
import { CommandError } from './command-error.ts';
import type { CommandProcess } from './command-process.ts';

/** What actions work with. */
export interface Tools {
  readonly env: Env;
  /** What {@link Tools.env} was made of. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
  /** Everything that stands in the input until it ends. */
  readInput(): Promise<string>;
  /** The database, opened when it is first asked for. */
  open(): Promise<Installation>;
}

/** An installation as an operator works on it, beside its servers or without them. */
export interface Installation {
  readonly db: Database;
  readonly audit: AuditTrail;
  readonly administration: Administration;
  readonly signingKeys: SigningKeys;
  readonly storedSecrets: StoredSecrets;
}

/** Tools, and how to put them away. */
export interface ToolBox {
  readonly tools: Tools;
  close(): Promise<void>;
}

export function createToolBox(env: Env, { settings, stdin }: Pick<CommandProcess, 'settings' | 'stdin'>): ToolBox {
  let opened: ReturnType<typeof openInstallation> | undefined;
  return {
    tools: {
      env,
      settings,
      clock: () => new Date(),
      readInput: () => text(stdin),
      async open() {
        opened ??= openInstallation(env);
        return (await opened).installation;
      },
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

/** Opens what is there; makes nothing. @throws CommandError, StorageError, DataFolderError */
export async function openExisting(env: Env): Promise<Storage> {
  if (env.databaseUrl === null && !holdsDatabase(env.dataDir))
    throw new CommandError(`There is no installation in DATA_DIR ${env.dataDir}, and DATABASE_URL is not set`);
  return openStorage(env);
}

async function openInstallation(env: Env): Promise<{ readonly installation: Installation; close(): Promise<void> }> {
  const { db, secrets, close } = await openExisting(env);
  try {
    return { installation: await createInstallation({ env, db, secrets }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The authorization server without an edge, over a database that is open: nobody's tokens are read here, so none are inspected. */
export async function createInstallation({
  env,
  db,
  secrets,
}: Pick<Storage, 'db' | 'secrets'> & { readonly env: Env }): Promise<Installation> {
  const trail = createAuditTrail(db, () => new Date());
  const audit: AuditTrail = { ...trail, record: (event) => trail.record({ ...event, detail: { ...event.detail, actor: 'operator' } }) };
  const server = await db.exclusively(() =>
    createAuthorizationServer({
      identifiers: buildIdentifiers(env.appUrl),
      db,
      secrets,
      clock: () => new Date(),
      newId: createId,
      audit,
      log: createLog('silent'),
      email: { isSent: env.smtp !== null, isRequired: env.requireVerifiedEmail },
      postMail: () => undefined,
      onRevocation: () => undefined,
      signingKeyDays: env.signingKeyDays,
      inspectAccessToken: async () => null,
    }),
  );
  return { db, audit, administration: server.administration, signingKeys: server.signingKeys, storedSecrets: server.storedSecrets };
}

import { createApp, type App } from './app.ts';
import type { Database } from './db/client.ts';
import { parseEnv } from './env.ts';
import { createLog } from './observability/log.ts';
import type { Service } from './service.ts';
import { openStorage } from './storage.ts';

/** Sign-in, consent, tokens and the MCP endpoint in front of a service. */
export interface OpenedService extends Pick<App, 'fetch' | 'beginDrain'> {
  /** The public address, `APP_URL`. */
  readonly url: string;
  /** The database that the settings name, for tables of the service's own beside ours. */
  readonly db: Database;
  /** Finishes what is under way and closes the database. */
  close(): Promise<void>;
}

/**
 * Puts the authorization server and the MCP endpoint in front of a service: hand every request that is not the service's own to `fetch`.
 *
 * @param settings as the README has them: `APP_URL`, `DATABASE_URL` or `DATA_DIR`, `AUTH_SECRET` and so on
 * @throws Error with what is wrong with the settings, a line each; StorageError; TypeError for a service that can't be one
 */
export async function openService(service: Service, settings: Readonly<Record<string, string | undefined>>): Promise<OpenedService> {
  const parsed = parseEnv(settings);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const { env } = parsed;
  const log = createLog(env.logLevel);
  const storage = await openStorage(env, { onConnectionError: (error) => log.warn({ event: 'database.connection_lost', err: error }) });
  const { db, secrets } = storage;
  try {
    const app = await createApp({ env, db, secrets, clock: () => new Date(), log, version: service.version, service });
    return {
      url: env.appUrl,
      db,
      fetch: (request) => app.fetch(request),
      beginDrain: () => app.beginDrain(),
      async close() {
        await app.close();
        await storage.close();
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

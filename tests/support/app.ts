import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { createApp, type App, type AppDependencies } from '../../src/app.ts';
import type { Database } from '../../src/db/client.ts';
import type { Swept } from '../../src/db/janitor.ts';
import { parseEnv } from '../../src/env.ts';
import { createLog } from '../../src/observability/log.ts';
import { createBrowser, type Site, type TestBrowser } from './browser.ts';
import { createTestDatabase } from './database.ts';

const TEST_ORIGIN = 'http://localhost:3000';
const AUTH_SECRET = 'a-secret-for-tests-of-forty-characters-00';

export interface TestApp extends Site, Pick<App, 'answerDocument'> {
  readonly db: Database;
  /** The MCP endpoint, which is also the resource identifier. */
  readonly mcpUrl: string;
  /** Every log record so far, parsed. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  /** A person without cookies. */
  createBrowser(): TestBrowser;
  /** What {@link App.sweep} does: removes what is over. */
  sweep(): Promise<Swept>;
  close(): Promise<void>;
}

export interface TestAppOptions extends Partial<
  Pick<AppDependencies, 'clock' | 'clientMetadata' | 'tracer' | 'mcpExtension' | 'mcpLegacyLeg'>
> {
  /** Environment variables that win over the defaults: `RATE_LIMITS=off`, `APP_URL` {@link TEST_ORIGIN}. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A database that outlives the app, e.g. to start a second app on it; by default one of its own. */
  readonly db?: Database;
}

/**
 * The whole app in this process, without a port. Share one per file; close it in `afterAll`.
 * Time is the process's own, so `vi.setSystemTime` moves the library's clock together with ours.
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const parsed = parseEnv({ APP_URL: TEST_ORIGIN, RATE_LIMITS: 'off', AUTH_SECRET, ...options.settings });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const { env } = parsed;
  const [first, ...rest] = env.authSecrets ?? [];
  if (first === undefined) throw new TypeError('AUTH_SECRET has a default here');
  const { db: givenDb, settings: _settings, ...dependencies } = options;
  const db = givenDb ?? (await createTestDatabase());
  const lines: string[] = [];
  const log = createLog('debug', new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }));
  const app = await createApp({ env, db, secrets: [first, ...rest], clock: () => new Date(), log, version: '0.0.0', ...dependencies });
  const site: Site = { origin: env.appUrl, fetch: (request) => app.fetch(request) };
  return {
    ...site,
    answerDocument: app.answerDocument,
    db,
    mcpUrl: `${env.appUrl}/mcp`,
    logs: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    createBrowser: () => createBrowser(site),
    sweep: () => app.sweep(),
    async close() {
      await app.close();
      if (givenDb === undefined) await db.close();
    },
  };
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly browser: TestBrowser;
}

/** Signs a new person up through the page; their browser is signed in afterwards. */
export async function signUp(site: Site, name = 'Ada Lovelace'): Promise<Person> {
  const suffix = randomBytes(6).toString('hex');
  const person = { name, email: `person-${suffix}@example.org`, password: `correct horse ${suffix}` };
  const browser = createBrowser(site);
  const page = await browser.open('/sign-up');
  const next = await page.press('Create account', { Name: person.name, Email: person.email, Password: person.password });
  if (next.status !== 200) throw new Error(`sign-up answered ${next.status}: ${next.text()}`);
  return { ...person, browser };
}

/** Makes an API key on its page. @param scopes labels of the choices to tick or untick, as on the page */
export async function createApiKey(person: Person, choices: Readonly<Record<string, boolean>> = {}): Promise<string> {
  const page = await person.browser.open('/api-keys');
  const shown = await page.press('Create API key', { Name: 'test', ...choices });
  const snippets = shown.document.querySelectorAll('code, pre').map((element) => element.textContent.trim());
  const key = snippets.find((text) => text !== '' && !/\s/.test(text));
  if (key === undefined) throw new Error(`no key on the page: ${shown.status} ${shown.text()}`);
  return key;
}

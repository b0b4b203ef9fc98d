import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Passkey } from '../../src/authorization-server/accounts.ts';
import type { EmailLink } from '../../src/authorization-server/email-link.ts';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import type { Activity } from '../../src/db/activity.ts';
import type { ResumeRead } from '../../src/db/resume-reads.ts';
import type {
  ApiKeySummary,
  BrowserSession,
  ClientDescription,
  EditOutcome,
  HistoryOutcome,
  NewApiKey,
  PageDependencies,
  PageEdits,
  PageHistory,
  PageSuggestion,
  PageVersion,
  ResumeDetail,
  ResumeOutcome,
} from '../../src/pages/dependencies.ts';
import type { Connection, EarlierConnection } from '../../src/pages/page-connections.ts';
import type { ResumeOutput } from '../../src/resumes/publishing/resume-output.ts';
import { createPages, type Pages } from '../../src/pages/pages.ts';
import { parseResume } from '../../src/resumes/resume.ts';
import type { SessionPrincipal } from '../../src/resource-server/principal.ts';

export const APP_URL = 'https://vitae.example';
export const NOW = new Date('2026-11-24T12:00:00Z');

/** The one link to choose a new password that works here. */
export const LIVE_RESET_TOKEN = 'AbCdEfGhIjKlMnOpQrStUvWx';

/** As the procedure lists them. */
const LIST_PAGE_SIZE = 100;

/** Links about an address that work here, by their token. */
const EMAIL_LINKS: Readonly<Record<string, EmailLink>> = {
  confirm: { purpose: 'confirm', email: 'ada@example.org' },
  allow: { purpose: 'allow_change', email: 'countess@example.org' },
  change: { purpose: 'change', email: 'countess@example.org' },
};

/** Claude, connected for reading. */
export function buildConnection(): Connection {
  return {
    id: 'g1',
    clientName: 'Claude',
    clientId: 'c1',
    redirectHost: 'claude.ai',
    scopes: ['resumes:read'],
    allResumes: true,
    resumes: [],
    callsInSevenDays: 0,
    mode: 'edit',
    createdAt: NOW,
    lastUsedAt: null,
    expiresAt: NOW,
  };
}

/** What the pages have sent to the auth library. */
export interface AuthCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown> | null;
}

/** Everything around the pages, held in memory, with what they did to it. */
export interface Fixture {
  readonly pages: Pages;
  readonly deps: PageDependencies;
  readonly authCalls: AuthCall[];
  session: SessionPrincipal | null;
  client: ClientDescription | null;
  isQueryIntact: boolean;
  isEmailVerified: boolean;
  hasSecondFactor: boolean;
  readonly passkeys: Passkey[];
  /** How the auth library answers the next calls, by path below its base path. */
  readonly authAnswers: Map<string, () => Response>;
  readonly connections: Connection[];
  /** What was asked to be changed of connections, and what is answered to it. */
  readonly connectionChanges: ConnectionChange[];
  connectionOutcome: ConnectionOutcome;
  /** When the client was allowed before. */
  earlier: EarlierConnection | null;
  readonly apiKeys: ApiKeySummary[];
  readonly createdKeys: NewApiKey[];
  readonly sessions: BrowserSession[];
  readonly events: Activity[];
  readonly reads: ResumeRead[];
  readonly resumes: ResumeDetail[];
  readonly versions: PageVersion[];
  readonly suggestions: PageSuggestion[];
  /** What forms of the editor have written, and what is answered to them. */
  readonly patches: Patch[];
  readonly renames: Parameters<PageEdits['rename']>[2][];
  editOutcome: EditOutcome;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form as this origin's own page would, with the session's form token. */
  post(path: string, fields: Record<string, string | readonly string[]>, options?: PostOptions): Promise<Response>;
}

export interface PostOptions {
  readonly headers?: Record<string, string>;
  /** Replaces the session's form token; null sends none. */
  readonly csrf?: string | null;
}

export const OWNER: SessionPrincipal = {
  method: 'session',
  userId: 'user-1',
  sessionId: 'session-1',
  userName: 'Ada Lovelace',
  userEmail: 'ada@example.org',
  scopes: new Set(RESUME_SCOPES),
};

type Patch = Parameters<PageEdits['patch']>[2];
type ConnectionChange = { readonly id: string } & Parameters<PageDependencies['connections']['change']>[2];
type ConnectionOutcome = Awaited<ReturnType<PageDependencies['connections']['change']>>;

export interface FixtureOptions {
  readonly appUrl?: string;
  /** Called for a GET of a signed-in page to find its form token. */
  readonly session?: SessionPrincipal | null;
  readonly hasStyleguide?: boolean;
}

export function createFixture({ appUrl = APP_URL, session = OWNER, hasStyleguide = false }: FixtureOptions = {}): Fixture {
  const authCalls: AuthCall[] = [];
  const authAnswers = new Map<string, () => Response>();
  const connections: Connection[] = [];
  const connectionChanges: ConnectionChange[] = [];
  const apiKeys: ApiKeySummary[] = [];
  const createdKeys: NewApiKey[] = [];
  const sessions: BrowserSession[] = [];
  const events: Activity[] = [];
  const reads: ResumeRead[] = [];
  const resumes: ResumeDetail[] = [];
  const versions: PageVersion[] = [];
  const suggestions: PageSuggestion[] = [];
  const patches: Patch[] = [];
  const renames: Parameters<PageEdits['rename']>[2][] = [];

  async function auth(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.replace('/api/auth/', '');
    const text = await request.text();
    const body = text === '' ? null : z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    authCalls.push({ method: request.method, path, headers: request.headers, body });
    return authAnswers.get(path)?.() ?? Response.json({ success: true });
  }

  const change = (id: string, apply: (resume: ResumeDetail, index: number) => void): ResumeOutcome => {
    const index = resumes.findIndex((resume) => resume.id === id);
    const resume = resumes[index];
    if (resume === undefined) return { ok: false, reason: 'not_found' };
    apply(resume, index);
    return { ok: true, id };
  };

  const deps: PageDependencies = {
    identifiers: buildIdentifiers(appUrl),
    clock: () => NOW,
    randomBytes,
    csrfKeys: [new Uint8Array(32).fill(7)],
    auth,
    resolveSession: async () => fixture.session,
    isMailSent: true,
    isEmailRequired: false,
    hasStyleguide,
    accounts: {
      isResetTokenLive: async (token) => token === LIVE_RESET_TOKEN,
      readEmailLink: async (token) => EMAIL_LINKS[token] ?? null,
      listPasskeys: async () => fixture.passkeys,
      hasSecondFactor: async () => fixture.hasSecondFactor,
      isEmailVerified: async () => fixture.isEmailVerified,
    },
    isAuthorizationQueryIntact: async () => fixture.isQueryIntact,
    describeClient: async () => fixture.client,
    connections: {
      list: async () => connections,
      findEarlier: async () => fixture.earlier,
      change: async (_userId, id, choice) => {
        connectionChanges.push({ id, ...choice });
        return fixture.connectionOutcome;
      },
      disconnect: async (_userId, id) => remove(connections, id),
      disconnectAll: async () => void connections.splice(0),
    },
    apiKeys: {
      list: async () => apiKeys,
      create: async (_userId, key) => {
        createdKeys.push(key);
        return { id: 'key-9', key: 'vitae_the-only-time-it-is-shown' };
      },
      revoke: async (_userId, id) => remove(apiKeys, id),
    },
    sessions: { list: async () => sessions, end: async (_userId, id) => remove(sessions, id) },
    activity: {
      list: async (_userId, { before } = {}) => (before === undefined ? events : []),
      listReads: async (_userId, { before, connectionId } = {}) =>
        before === undefined ? reads.filter((read) => connectionId === undefined || read.connectionId === connectionId) : [],
      listSources: async () =>
        connections.map(({ id, clientName, createdAt }) => ({ kind: 'connection' as const, id, name: clientName, since: createdAt })),
    },
    async *personalData() {
      yield '{}';
    },
    output: createOutputStub(resumes),
    unlockKeys: [new Uint8Array(32).fill(8)],
    edits: {
      patch: async (_owner, id, request) => {
        patches.push(request);
        return resumes.some((resume) => resume.id === id) ? fixture.editOutcome : { ok: false, reason: 'not_found', pointers: [] };
      },
      rename: async (_owner, _id, details) => {
        renames.push(details);
        return fixture.editOutcome;
      },
    },
    history: createHistoryStub(versions, suggestions),
    resumes: {
      list: async (_owner, cursor) => {
        const end = Number(cursor) + LIST_PAGE_SIZE;
        return { resumes: resumes.slice(end - LIST_PAGE_SIZE, end), nextCursor: resumes.length > end ? String(end) : null };
      },
      read: async (_owner, id) => resumes.find((resume) => resume.id === id) ?? null,
      create: async (_owner, { name, withSampleData }) => {
        if (resumes.some((resume) => resume.name === name)) return { ok: false, reason: 'conflict' };
        const resume = buildResume({ id: `resume-${resumes.length + 1}`, name, data: withSampleData ? SAMPLE_DATA : {} });
        resumes.push(resume);
        return { ok: true, id: resume.id };
      },
      import: async (_owner, document) => {
        if (Array.isArray(document)) return { ok: false, reason: 'invalid', problems: IMPORT_PROBLEMS };
        const resume = buildResume({ id: `resume-${resumes.length + 1}`, name: 'Imported', data: document });
        resumes.push(resume);
        return { ok: true, id: resume.id };
      },
      setPublic: async (_owner, id, isPublic) => change(id, (resume, index) => (resumes[index] = { ...resume, isPublic })),
      setLocked: async (_owner, id, locked) => change(id, (resume, index) => (resumes[index] = { ...resume, isLocked: locked })),
      delete: async (_owner, id) => {
        if (resumes.find((resume) => resume.id === id)?.isLocked === true) return { ok: false, reason: 'locked' };
        return change(id, (_resume, index) => resumes.splice(index, 1));
      },
    },
  };

  const pages = createPages(deps);

  async function send(request: Request): Promise<Response> {
    const response = await pages.fetch(request, { requestId: 'request-7', clientAddress: '203.0.113.9' });
    if (response === null) throw new Error(`no page at ${request.method} ${request.url}`);
    return response;
  }

  const fixture: Fixture = {
    pages,
    deps,
    authCalls,
    authAnswers,
    connections,
    connectionChanges,
    connectionOutcome: 'changed',
    earlier: null,
    apiKeys,
    createdKeys,
    sessions,
    events,
    reads,
    resumes,
    versions,
    suggestions,
    patches,
    renames,
    editOutcome: { ok: true },
    session,
    client: { name: 'Claude', registration: 'dynamic', verifiedHost: null, clientUri: null },
    isQueryIntact: true,
    isEmailVerified: true,
    hasSecondFactor: false,
    passkeys: [],
    get: (path, headers = {}) => send(new Request(`${appUrl}${path}`, { headers })),
    async post(path, fields, { headers = {}, csrf } = {}) {
      const body = new URLSearchParams();
      for (const [name, value] of Object.entries(fields)) {
        for (const item of typeof value === 'string' ? [value] : value) body.append(name, item);
      }
      const token = csrf === undefined && fixture.session !== null ? await readToken() : csrf;
      if (typeof token === 'string') body.append('csrf', token);
      return send(new Request(`${appUrl}${path}`, { method: 'POST', headers: { origin: appUrl, ...headers }, body }));
    },
  };

  /** The form token as a page carries it: issued for the session of the moment. */
  async function readToken(): Promise<string> {
    const html = await (await fixture.get('/resumes')).text();
    return /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  }

  return fixture;
}

function remove(list: { readonly id: string }[], id: string): boolean {
  const index = list.findIndex((item) => item.id === id);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}

export function buildResume(members: Partial<ResumeDetail>): ResumeDetail {
  return {
    id: 'resume-1',
    name: 'Engineer',
    slug: 'engineer',
    tags: [],
    isPublic: false,
    isLocked: false,
    updatedAt: NOW,
    revision: 1,
    data: {},
    ...members,
  };
}

export const SAMPLE_DATA = {
  basics: {
    name: 'Ada Lovelace',
    label: 'Analyst of engines',
    email: 'ada@example.org',
    url: 'https://ada.example',
    summary: 'Writes programs for machines that do not exist yet, and notes on why they will.',
  },
  work: [
    {
      name: 'Analytical Engine',
      position: 'Programmer',
      startDate: '1842-10',
      endDate: '1843-09',
      summary: 'Translated and annotated the memoir on the engine.',
      highlights: ['Published the first algorithm meant for a machine', 'Told numbers from what they stand for'],
      url: 'https://engine.example',
    },
  ],
  education: [{ institution: 'Private tuition', area: 'Mathematics', studyType: 'Studies in', startDate: '1828' }],
  skills: [{ name: 'Mathematics', level: 'Master', keywords: ['Bernoulli numbers', 'Analysis'] }],
  languages: [{ language: 'English', fluency: 'Native speaker' }],
};

const IMPORT_PROBLEMS = [
  { pointer: '/basics/email', expected: 'an e-mail address' },
  { pointer: `/work/0/${'AVeryLongNameThatHasToBreakSomewhere'.repeat(4)}`, expected: 'text' },
];

const SIGNED: Readonly<Record<string, string>> = {
  response_type: 'code',
  client_id: 'client-1',
  redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
  scope: 'resumes:read resumes:write offline_access',
  state: 'a+b/c==',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  resource: `${APP_URL}/mcp`,
  exp: '1795000000',
  ba_iat: '1794999400000',
  sig: 'c2lnbmF0dXJlK3dpdGgvc3BlY2lhbHM=',
};

/** A query as the authorization server signs it; `~` and `+` in it show whether it survives byte for byte. */
export function buildSignedQuery(changes: Record<string, string> = {}): string {
  return `${new URLSearchParams({ ...SIGNED, ...changes })}&ba_param=client_id&ba_param=%7Esig`;
}

/** Nothing is published here: that is the business of the app's own tests. */
function createOutputStub(resumes: readonly ResumeDetail[]): ResumeOutput {
  const none = { total: 0, lastAt: null };
  return {
    hasPdf: true,
    async findOwn(_userId, id) {
      const found = resumes.find((resume) => resume.id === id);
      const parsed = parseResume(found?.data);
      return found !== undefined && parsed.ok ? { ...found, createdAt: found.updatedAt, data: parsed.resume } : null;
    },
    renderPdf: async () => ({ ok: false, reason: 'not_installed', detail: 'a test' }),
    createPdfLink: () => ({ path: '/download/x', expiresAt: NOW }),
    openPdfLink: async () => null,
    readUsername: async () => 'ana',
    ensureUsername: async () => 'ana',
    chooseUsername: async () => 'chosen',
    findPublished: async () => null,
    readOptions: async () => ({ hasPassword: false, isIndexed: false }),
    setOptions: async () => undefined,
    countVisit: async () => undefined,
    readStatistics: async () => ({ view: none, download: none }),
  };
}

const CHANGE_LINES = [
  'Changed basics label: "Analyst of engines" → "Programmer"',
  'Added work 1 (Analytical Engine) highlights 3: "AVeryLongWordThatHasToBreakSomewhereBecauseItDoesNotFitOnAnyNarrowScreenAtAll"',
];

/** What is shown of versions and suggestions; what becomes of them is the business of the app's own tests. */
function createHistoryStub(versions: readonly PageVersion[], suggestions: readonly PageSuggestion[]): PageHistory {
  const none: HistoryOutcome = { ok: false, reason: 'not_found', pointers: [] };
  return {
    listVersions: async () => ({ versions, nextCursor: null }),
    compare: async (_owner, _id, { from, to }) => (versions.length === 0 ? null : { from, to: to ?? versions.length, lines: CHANGE_LINES }),
    restore: async () => none,
    undo: async () => none,
    listSuggestions: async () => suggestions,
    accept: async () => none,
    reject: async () => none,
  };
}

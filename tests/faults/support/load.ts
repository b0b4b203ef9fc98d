import { signUp, type Person } from '../../support/app.ts';
import type { Site } from '../../support/browser.ts';
import { connect, type Connected } from '../../support/oauth.ts';
import { bearer, callTool, describeAnswer, isTryAgain, persist, postForm, refreshWith, toAnswer, type Answer } from './answers.ts';

export interface LoadReport {
  readonly requests: number;
  /** Requests that were answered as ones to send again, or not at all. */
  readonly triedAgain: number;
  /** Grants that were ended, and those that live. */
  readonly ended: number;
  readonly violations: readonly string[];
}

export interface LoadOptions {
  readonly clients: number;
  /** Whether a request may be answered "try again" and then is; otherwise that is a violation. */
  readonly isPatient: boolean;
}

/** How often a client does what, in turn. */
const TURNS = ['call', 'change', 'call', 'refresh', 'page', 'call', 'refresh', 'call', 'again'] as const;
/** What a revocation may take until it holds everywhere. */
const REVOKED_WITHIN_MS = 1_000;

/**
 * People with a client each that do without pause what people and clients do: read and write by tool, refresh, look at pages,
 * disconnect and connect again. Ask it to stop; it answers once every request under way was answered.
 */
export function startLoad(site: Site, { clients, isPatient }: LoadOptions): { stop(): Promise<LoadReport> } {
  const violations: string[] = [];
  let requests = 0;
  let triedAgain = 0;
  let ended = 0;
  const stopping = new AbortController();

  const ask = async (what: string, send: () => Promise<Answer>, expected: number): Promise<Answer> => {
    const counted = async () => {
      requests += 1;
      const answer = await send();
      if (isTryAgain(answer)) triedAgain += 1;
      return answer;
    };
    const answer = await (isPatient ? persist(counted) : counted());
    if (answer.status !== expected) violations.push(`${what} is answered ${describeAnswer(answer)}`);
    return answer;
  };

  const persistently = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    for (let tries = 0; ; tries += 1) {
      try {
        requests += 1;
        return await work();
      } catch (error) {
        if (!isPatient || tries > 100) {
          violations.push(`${what}: ${String(error)}`);
          return null;
        }
        triedAgain += 1;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };

  const disconnect = async (connected: Connected) => {
    await ask('a revocation', () => postForm(site, connected.oauth, 'revoke', { token: connected.refreshToken }), 200);
    const holdsFrom = performance.now() + REVOKED_WITHIN_MS;
    ended += 1;
    for (;;) {
      const startedAt = performance.now();
      const { status } = await callTool(site, bearer(connected.accessToken));
      if (status === 401) return;
      if (status === 200 && startedAt > holdsFrom) return void violations.push('a revoked token works after a second');
      if (startedAt > holdsFrom + 60_000) return void violations.push(`a revoked token is answered ${status} for a minute`);
    }
  };

  const resumeOf = new Map<Person, string>();
  const createResume = async ({ accessToken }: Connected): Promise<string> => {
    const { body } = await ask('a new resume', () => callTool(site, bearer(accessToken), 'create_resume', { name: 'Resume' }), 200);
    return /"structuredContent":\{[^{}]*"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  };

  /** Answers what the client holds afterwards; null: nothing, and that is a violation already. */
  const steps = {
    async call(_person: Person, connected: Connected) {
      await ask('a tool call', () => callTool(site, bearer(connected.accessToken)), 200);
      return connected;
    },
    async change(person: Person, connected: Connected) {
      resumeOf.set(person, resumeOf.get(person) ?? (await createResume(connected)));
      const id = resumeOf.get(person) ?? '';
      const operations = [{ op: 'add', path: '/basics/label', value: `Label ${requests}` }];
      await ask('a change', () => callTool(site, bearer(connected.accessToken), 'apply_resume_patch', { id, operations }), 200);
      return connected;
    },
    async refresh(_person: Person, connected: Connected) {
      const { status, body } = await ask('a refresh', () => refreshWith(site, connected.oauth, connected.refreshToken), 200);
      if (status !== 200) return null;
      return { ...connected, accessToken: String(body['access_token']), refreshToken: String(body['refresh_token']) };
    },
    async page(person: Person, connected: Connected) {
      await ask('a page', () => openPage(person, '/connections'), 200);
      return connected;
    },
    async again(person: Person, connected: Connected) {
      await disconnect(connected);
      return persistently('connecting again', () => connect(site, person));
    },
  } satisfies Record<string, (person: Person, connected: Connected) => Promise<Connected | null>>;

  const live = async (number: number) => {
    const person = await persistently('sign-up', () => signUp(site, `Person ${number}`));
    if (person === null) return;
    let connected = await persistently('connecting', () => connect(site, person));
    for (let turn = number; !stopping.signal.aborted && connected !== null; turn += 1) {
      const step = TURNS[turn % TURNS.length] ?? 'call';
      connected = await steps[step](person, connected);
    }
  };

  const lives = Promise.all(Array.from({ length: clients }, (_, number) => live(number)));
  return {
    async stop() {
      stopping.abort();
      await lives;
      return { requests, triedAgain, ended, violations };
    },
  };
}

const openPage = (person: Person, path: string) => toAnswer(() => person.browser.fetch(path, { redirect: 'manual' }));

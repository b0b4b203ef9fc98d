import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { createApiKey, signUp } from '../support/app.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { createHttpSite, sendOver } from '../support/http-site.ts';
import { startServer, type ServerProcess } from '../support/process.ts';

const ORIGIN = 'http://localhost:3000';
const WRITERS = 20;

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id: string;
    readonly revision: number;
    readonly code?: string;
    readonly data: { readonly skills?: readonly { readonly name: string }[]; readonly count?: number };
    readonly versions: readonly { readonly revision: number }[];
  };
}

// Only one process may use the embedded database; on it, tests/resumes/versions.test.ts has writers in one process.
describe.runIf(testDatabaseKind() === 'postgres')('writers in two processes on one PostgreSQL', () => {
  const servers: ServerProcess[] = [];
  let drop: () => Promise<void>;
  let key: string;

  beforeAll(async () => {
    const database = await createTestPostgres({ empty: true });
    ({ drop } = database);
    const settings = { DATABASE_URL: database.url, AUTH_SECRET: 'one-secret-for-both-of-the-processes-0000', APP_URL: ORIGIN };
    servers.push(...(await Promise.all([startServer(settings), startServer(settings)])));
    const person = await signUp(createHttpSite(ORIGIN, () => addressOf(0)));
    key = await createApiKey(person, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.dispose()));
    await drop?.();
  });

  /** Where a process listens, whatever its public origin is. */
  const addressOf = (turn: number): string => `http://127.0.0.1:${servers[turn % servers.length]?.settings['PORT']}`;

  /** @param turn which of the processes is asked */
  async function send(turn: number, method: string, path: string, body?: object): Promise<Answer> {
    const headers = { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const request = new Request(`${ORIGIN}/api/v1${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const response = await sendOver(addressOf(turn), request);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async function create(name: string, data: object): Promise<string> {
    const created = await send(0, 'POST', '/resumes/import', { name, data });
    expect(created.status).toBe(201);
    return created.body.id;
  }

  const patch = (turn: number, id: string, operations: object[], expectedRevision?: number) =>
    send(turn, 'PATCH', `/resumes/${id}/data`, { operations, ...(expectedRevision !== undefined && { expectedRevision }) });

  it('who add at the same time all find what they added, one version each', async () => {
    const id = await create('Added', { skills: [] });
    const names = Array.from({ length: WRITERS }, (_unused, turn) => `Skill ${turn}`);
    const answers = await Promise.all(names.map((name, turn) => patch(turn, id, [{ op: 'add', path: '/skills/-', value: { name } }])));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const revisions = answers.map(({ body }) => body.revision).toSorted((a, b) => a - b);
    expect(revisions).toEqual(names.map((_name, index) => index + 2));
    const { body } = await send(1, 'GET', `/resumes/${id}`);
    expect(body.data.skills?.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    const versions = await send(0, 'GET', `/resumes/${id}/versions`);
    expect(versions.body.versions.map(({ revision }) => revision)).toEqual([...revisions.toReversed(), 1]);
  });

  // proves resumes:no-lost-update
  it('who count up from what they have read lose nothing, because they are told that it has changed', async () => {
    const id = await create('Counted', { count: 0 });
    const refused: Answer['body'][] = [];
    async function countUp(turn: number): Promise<void> {
      for (;;) {
        const { body } = await send(turn, 'GET', `/resumes/${id}`);
        const value = (body.data.count ?? 0) + 1;
        const answer = await patch(turn, id, [{ op: 'replace', path: '/count', value }], body.revision);
        if (answer.status === 200) return;
        expect([answer.status, answer.body.code]).toEqual([409, 'revision_conflict']);
        refused.push(answer.body);
      }
    }
    await Promise.all(Array.from({ length: WRITERS }, (_unused, turn) => countUp(turn)));
    expect((await send(0, 'GET', `/resumes/${id}`)).body).toMatchObject({ revision: WRITERS + 1, data: { count: WRITERS } });
    // Twenty who have read the same revision can not all be first.
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ data: { changesSince: [{ op: 'replace', path: '/count' }] } });
  });

  it('find it locked from the moment that another was told so', async () => {
    const id = await create('Locked', { skills: [] });
    const racing = Array.from({ length: WRITERS }, (_unused, turn) =>
      patch(turn, id, [{ op: 'add', path: '/skills/-', value: { name: `${turn}` } }]),
    );
    const locked = await send(0, 'POST', `/resumes/${id}/lock`);
    const late = await patch(1, id, [{ op: 'add', path: '/skills/-', value: { name: 'late' } }]);
    expect([locked.status, late.status, late.body.code]).toEqual([200, 423, 'resume_locked']);
    const written = (await Promise.all(racing)).filter(({ status }) => status === 200);
    const { body } = await send(1, 'GET', `/resumes/${id}`);
    expect([body.revision, body.data.skills?.length]).toEqual([written.length + 2, written.length]);
  });
});

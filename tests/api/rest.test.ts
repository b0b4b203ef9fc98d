import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { createTestDatabase } from '../support/database.ts';
import { createCallers, createTestHandlers, rest } from './support.ts';

const handlers = createTestHandlers();
let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

describe('the REST API', () => {
  // proves api:rest
  it('answers every operation at its path with its status', async () => {
    const { session } = await createCallers(db);
    const send = (line: string, body?: unknown) => rest(handlers, session, line, body);
    const created = await send('POST /resumes', { name: 'One', tags: ['a'] });
    expect(created.status).toBe(201);
    const id = String(created.body['id']);
    expect(await send(`GET /resumes/${id}`)).toMatchObject({ status: 200, body: { id, revision: 1, data: { work: [] } } });
    const operations = [{ op: 'add', path: '/basics/name', value: 'Ana' }];
    expect(await send(`PATCH /resumes/${id}/data`, { operations, expectedRevision: 1 })).toMatchObject({
      status: 200,
      body: { revision: 2 },
    });
    expect(await send(`PATCH /resumes/${id}`, { name: 'Two' })).toMatchObject({ status: 200, body: { name: 'Two' } });
    expect(await send(`POST /resumes/${id}/lock`)).toMatchObject({ status: 200, body: { isLocked: true } });
    expect(await send(`DELETE /resumes/${id}`)).toMatchObject({ status: 423, body: { code: 'resume_locked' } });
    expect(await send(`POST /resumes/${id}/unlock`)).toMatchObject({ status: 200, body: { isLocked: false } });
    expect(await send(`POST /resumes/${id}/duplicate`, {})).toMatchObject({ status: 201, body: { name: 'Two (copy)' } });
    expect(await send('POST /resumes/import', { data: { basics: { name: 'Bea' } } })).toMatchObject({ status: 201, body: { name: 'Bea' } });
    expect(await send('GET /resume-tags')).toMatchObject({ status: 200, body: { tags: [{ tag: 'a', count: 2 }] } });
    expect(await send(`DELETE /resumes/${id}`)).toMatchObject({ status: 200, body: { id, deleted: true } });
    expect(await send('GET /whoami')).toMatchObject({ status: 200, body: { method: 'session' } });
  });

  it('reads numbers and lists from the query string, one tag or several', async () => {
    const { session } = await createCallers(db);
    for (const [name, tags] of [
      ['A', ['x', 'y']],
      ['B', ['x']],
      ['C', []],
    ]) {
      await rest(handlers, session, 'POST /resumes', { name, tags });
    }
    const names = async (query: string) => {
      const { body } = await rest(handlers, session, `GET /resumes${query}`);
      return (body['resumes'] as { name: string }[] | undefined)?.map((resume) => resume.name) ?? body;
    };
    expect(await names('?sort=name&limit=2')).toEqual(['A', 'B']);
    expect(await names('?sort=name&tags=x')).toEqual(['A', 'B']);
    expect(await names('?sort=name&tags=x&tags=y')).toEqual(['A']);
    expect(await names('?sort=name&tags[]=x&tags[]=y')).toEqual(['A']);
    const first = await rest(handlers, session, 'GET /resumes?sort=name&limit=1');
    expect(await names(`?sort=name&limit=5&cursor=${String(first.body['nextCursor'])}`)).toEqual(['B', 'C']);
    const wrong = ['?limit=101', '?limit=0', '?limit=ten', '?limit=1e1', '?sort=size', '?cursor=x', '?tags[__proto__]=x'];
    const answers = await Promise.all(wrong.map((query) => rest(handlers, session, `GET /resumes${query}`)));
    expect(answers.map((answer) => answer.status)).toEqual(wrong.map(() => 400));
  });

  it.each([
    ['a resume that is not there', 'GET /resumes/nothing', undefined, 404, 'resume_not_found'],
    ['an id that can be none', 'GET /resumes/no%20id', undefined, 400, 'BAD_REQUEST'],
    ['a path that is not there', 'GET /nothing', undefined, 404, 'NOT_FOUND'],
    ['malformed JSON', 'POST /resumes', '{"name":', 400, 'BAD_REQUEST'],
    ['a list where an object belongs', 'POST /resumes', [], 400, 'BAD_REQUEST'],
    ['text where a boolean belongs', 'POST /resumes', { name: 'x', withSampleData: 'true' }, 400, 'BAD_REQUEST'],
    ['a list for a document', 'POST /resumes/import', { data: [] }, 400, 'BAD_REQUEST'],
    ['a document that is too large', 'POST /resumes/import', { data: { x: 'a'.repeat(256 * 1024) } }, 413, 'resume_too_large'],
    ['a prototype in a document', 'POST /resumes/import', '{"data":{"basics":{"__proto__":{"a":1}}}}', 422, 'invalid_resume'],
    ['a cursor from elsewhere', 'GET /resumes?cursor=abc', undefined, 400, 'invalid_cursor'],
  ] as const)('refuses %s: %s', async (_name, line, body, status, code) => {
    const { session } = await createCallers(db);
    expect(await rest(handlers, session, line, body)).toMatchObject({ status, body: { code, status } });
    expect((await rest(handlers, session, 'GET /resumes')).body['resumes']).toEqual([]);
  });

  it('names every invalid member of an input by pointer', async () => {
    const { session } = await createCallers(db);
    const { body } = await rest(handlers, session, 'PATCH /resumes/x/data', { operations: [{ op: 'merge', path: 7 }] });
    expect(body['data']).toMatchObject({ problems: [{ pointer: '/operations/0/op' }, { pointer: '/operations/0/path' }] });
  });

  it('answers 409 with the current revision, 409 for a failed test, 422 for a bad operation', async () => {
    const { session } = await createCallers(db);
    const id = String((await rest(handlers, session, 'POST /resumes', { name: 'One' })).body['id']);
    const patch = (body: object) => rest(handlers, session, `PATCH /resumes/${id}/data`, body);
    expect(await patch({ operations: [{ op: 'remove', path: '/work' }], expectedRevision: 5 })).toMatchObject({
      status: 409,
      body: { code: 'revision_conflict', defined: true, data: { currentRevision: 1, expectedRevision: 5 } },
    });
    expect(await patch({ operations: [{ op: 'test', path: '/work', value: 1 }] })).toMatchObject({
      status: 409,
      body: { code: 'patch_test_failed' },
    });
    expect(await patch({ operations: [{ op: 'add', path: '/__proto__/a', value: 1 }] })).toMatchObject({
      status: 422,
      body: { code: 'invalid_patch', data: { operation: 0 } },
    });
    expect(await rest(handlers, session, 'POST /resumes', { name: 'x', slug: 'one' })).toMatchObject({
      status: 409,
      body: { code: 'slug_taken' },
    });
  });

  it('keeps answers out of caches', async () => {
    const { session } = await createCallers(db);
    expect((await rest(handlers, session, 'GET /resumes')).headers.get('cache-control')).toBe('no-store');
  });
});

async function answerFailingWith(error: Error) {
  const { session } = await createCallers(db);
  const list = async () => {
    throw error;
  };
  const resumes: ResumeRepository = { ...session.resumes, list };
  const reported: unknown[] = [];
  const answer = await rest(createTestHandlers(reported), { ...session, resumes }, 'GET /resumes');
  return { answer, reported };
}

describe('failures of the server', () => {
  // proves api:errors-stay-inside
  it('never show their text: 500 with the request id', async () => {
    const { answer, reported } = await answerFailingWith(new Error('password=hunter2'));
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_SERVER_ERROR', data: { requestId: 'request-1' } } });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect(reported).toHaveLength(1);
  });

  // proves resource-server:away-is-503
  it('are 503 with Retry-After when the database is away', async () => {
    const away = new Error('Failed query', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
    const { answer, reported } = await answerFailingWith(away);
    expect(answer).toMatchObject({ status: 503, body: { code: 'SERVICE_UNAVAILABLE' } });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(reported).toEqual([away]);
  });
});

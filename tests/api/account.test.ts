import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { user } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createGrant } from '../support/resumes.ts';

const created = z.object({ id: z.string(), key: z.string() });

let app: TestApp;
let ana: Person;
beforeAll(async () => {
  app = await createTestApp();
  ana = await signUp(app);
});
afterAll(() => app.close());

async function send(person: Person, line: string, body?: object): Promise<{ status: number; body: unknown }> {
  const [method = 'GET', path = ''] = line.split(' ');
  const response = await person.browser.fetch(`/api/v1${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: await response.json() };
}

async function sendWithKey(key: string, line: string): Promise<{ status: number; body: unknown }> {
  const [method = 'GET', path = ''] = line.split(' ');
  const response = await app.fetch(new Request(`${app.origin}/api/v1${path}`, { method, headers: { 'x-api-key': key } }));
  return { status: response.status, body: await response.json() };
}

describe('API keys over the API', () => {
  // proves api-keys:scoped
  it('are made, work with their scopes alone, are listed without the key, and end when revoked', async () => {
    const answer = await send(ana, 'POST /api-keys', { name: 'Backup', scopes: ['resumes:read'], expiresInDays: 7 });
    expect(answer.status).toBe(201);
    const { id, key } = created.parse(answer.body);
    expect(await sendWithKey(key, 'GET /resumes')).toMatchObject({ status: 200, body: { resumes: [] } });
    expect(await sendWithKey(key, `DELETE /resumes/${randomBytes(16).toString('base64url')}`)).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope', data: { scopes: ['resumes:delete'] } },
    });
    const listed = await send(ana, 'GET /api-keys');
    expect(listed.body).toMatchObject({ apiKeys: [{ id, name: 'Backup', scopes: ['resumes:read'] }] });
    expect(JSON.stringify(listed.body)).not.toContain(key);
    expect(await send(ana, `DELETE /api-keys/${id}`)).toEqual({ status: 200, body: { id, revoked: true } });
    expect((await sendWithKey(key, 'GET /resumes')).status).toBe(401);
    expect(await send(ana, `DELETE /api-keys/${id}`)).toMatchObject({ status: 404, body: { code: 'api_key_not_found' } });
  });

  // proves api-keys:manage-nothing
  it('can neither manage keys nor connections', async () => {
    const { key } = created.parse((await send(ana, 'POST /api-keys', { name: 'All', scopes: ['resumes:read', 'resumes:write'] })).body);
    for (const line of ['GET /api-keys', 'DELETE /api-keys/x', 'GET /connections', 'DELETE /connections/x']) {
      expect(await sendWithKey(key, line)).toMatchObject({ status: 403, body: { code: 'session_required' } });
    }
  });

  it.each([
    ['without a name', { scopes: ['resumes:read'] }],
    ['with a name of 33 characters', { name: 'a'.repeat(33), scopes: ['resumes:read'] }],
    ['without a scope', { name: 'x', scopes: [] }],
    ['with a scope there is not', { name: 'x', scopes: ['resumes:all'] }],
    ['for longer than ten years', { name: 'x', scopes: ['resumes:read'], expiresInDays: 3651 }],
  ])('are not made %s', async (_name, body) => {
    const bea = await signUp(app, 'Bea');
    expect((await send(bea, 'POST /api-keys', body)).status).toBe(400);
    expect((await send(bea, 'GET /api-keys')).body).toEqual({ apiKeys: [] });
  });

  it('are made for ever only when asked for', async () => {
    const cleo = await signUp(app, 'Cleo');
    await send(cleo, 'POST /api-keys', { name: 'For ever', scopes: ['resumes:read'], expiresInDays: null });
    await send(cleo, 'POST /api-keys', { name: 'Default', scopes: ['resumes:read'] });
    const { apiKeys } = z
      .object({ apiKeys: z.array(z.object({ name: z.string(), createdAt: z.string(), expiresAt: z.string().nullable() })) })
      .parse((await send(cleo, 'GET /api-keys')).body);
    expect(apiKeys.find((each) => each.name === 'For ever')?.expiresAt).toBeNull();
    expect(apiKeys.find((each) => each.name === 'Default')?.expiresAt).not.toBeNull();
  });

  it("are nobody else's to see or revoke", async () => {
    const { id, key } = created.parse((await send(ana, 'POST /api-keys', { name: 'Mine', scopes: ['resumes:read'] })).body);
    const dora = await signUp(app, 'Dora');
    expect((await send(dora, 'GET /api-keys')).body).toEqual({ apiKeys: [] });
    expect(await send(dora, `DELETE /api-keys/${id}`)).toMatchObject({ status: 404 });
    expect((await sendWithKey(key, 'GET /resumes')).status).toBe(200);
  });
});

describe('connections over the API', () => {
  it("are listed and ended by their owner, and are nobody else's", async () => {
    const eve = await signUp(app, 'Eve');
    const [row] = await app.db.orm.select({ id: user.id }).from(user).where(eq(user.email, eve.email));
    const { access } = await createGrant(app.db, row?.id ?? '', 'all');
    const id = access.resumeSetId ?? '';
    await app.db.orm.execute(`update oauth_grant set activated_at = created_at where id = '${id}'`);
    expect((await send(eve, 'GET /connections')).body).toMatchObject({
      connections: [{ id, clientName: 'Test client', allResumes: true }],
    });
    expect((await send(ana, 'GET /connections')).body).toEqual({ connections: [] });
    expect(await send(ana, `DELETE /connections/${id}`)).toMatchObject({ status: 404, body: { code: 'connection_not_found' } });
    expect(await send(eve, `DELETE /connections/${id}`)).toEqual({ status: 200, body: { id, disconnected: true } });
    expect((await send(eve, 'GET /connections')).body).toEqual({ connections: [] });
    expect(await send(eve, `DELETE /connections/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('the API without the right credential', () => {
  it('answers 401 to nobody, and 403 to a page of another site that borrows the cookie', async () => {
    const response = await app.fetch(new Request(`${app.origin}/api/v1/resumes`));
    expect(response.status).toBe(401);
    const foreign = await app.fetch(
      new Request(`${app.origin}/api/v1/resumes`, {
        method: 'POST',
        body: JSON.stringify({ name: 'x' }),
        headers: { cookie: ana.browser.cookies.header() ?? '', 'content-type': 'application/json', origin: 'https://evil.example' },
      }),
    );
    expect(foreign.status).toBe(403);
    expect((await send(ana, 'GET /resumes')).body).toEqual({ resumes: [] });
  });
});

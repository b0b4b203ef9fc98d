import { describe, expect, it } from 'vitest';
import { buildOpenApiDocument } from '../../src/api/openapi.ts';
import { renderApiReference } from '../../src/api/reference-page.tsx';
import { router } from '../../src/api/router.ts';

const APP_URL = 'https://vitae.example';
const build = () => buildOpenApiDocument(router, { appUrl: APP_URL, cookiePrefix: '__Host-vitae', version: '1.2.3' });

const withCookie = (name: string) => ({
  components: { securitySchemes: { apiKey: { in: 'header', name: 'x-api-key' }, session: { in: 'cookie', name } } },
});

type Paths = Record<string, Record<string, { operationId: string }>>;

describe('the OpenAPI document', () => {
  // proves api:openapi
  it('names every operation at its path', async () => {
    const document = await build();
    const operations = Object.entries(document['paths'] as Paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.toSorted()).toEqual([
      'DELETE /api-keys/{id}',
      'DELETE /connections/{id}',
      'DELETE /resumes/{id}',
      'GET /activity',
      'GET /activity/reads',
      'GET /api-keys',
      'GET /connections',
      'GET /resume-tags',
      'GET /resumes',
      'GET /resumes/{id}',
      'GET /resumes/{id}/check',
      'GET /resumes/{id}/comparison',
      'GET /resumes/{id}/export',
      'GET /resumes/{id}/statistics',
      'GET /resumes/{id}/suggestions',
      'GET /resumes/{id}/versions',
      'GET /whoami',
      'PATCH /connections/{id}',
      'PATCH /resumes/{id}',
      'PATCH /resumes/{id}/data',
      'POST /api-keys',
      'POST /resumes',
      'POST /resumes/import',
      'POST /resumes/{id}/duplicate',
      'POST /resumes/{id}/lock',
      'POST /resumes/{id}/pdf-link',
      'POST /resumes/{id}/restore',
      'POST /resumes/{id}/suggestions/{suggestionId}/accept',
      'POST /resumes/{id}/suggestions/{suggestionId}/reject',
      'POST /resumes/{id}/undo',
      'POST /resumes/{id}/unlock',
    ]);
    expect(document).toMatchObject({ openapi: '3.1.1', info: { version: '1.2.3' }, servers: [{ url: `${APP_URL}/api/v1` }] });
  });

  it('refers to nothing that it does not contain, and to the full schema of a document', async () => {
    const document = await build();
    const text = JSON.stringify(document);
    const references = [...new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? ''))];
    const { schemas } = document['components'] as { schemas: Record<string, object> };
    expect(references).toContain('JsonResume');
    for (const name of references) expect(schemas).toHaveProperty(name);
    expect(schemas['JsonResume']).toMatchObject({ properties: { basics: { properties: { email: { format: 'email' } } } } });
    expect(text).not.toMatch(/deepObject|allowReserved/);
  });

  it('names the two credentials it takes, and the cookie by its name', async () => {
    expect(await build()).toMatchObject(withCookie('__Host-vitae.session_token'));
    const local = await buildOpenApiDocument(router, { appUrl: 'http://localhost:3000', cookiePrefix: 'vitae', version: '1' });
    expect(local).toMatchObject(withCookie('vitae.session_token'));
  });

  it('is the same every time', async () => {
    expect(JSON.stringify(await build())).toBe(JSON.stringify(await build()));
  });
});

describe('the reference page', () => {
  it('shows every operation with its fields, without script or third party', async () => {
    const document = await build();
    const html = renderApiReference(document, '', '/assets/app.css');
    for (const { operationId } of Object.values(document['paths'] as Paths).flatMap((methods) => Object.values(methods))) {
      expect(html).toContain(`id="${operationId}"`);
    }
    expect(html).toContain('expectedRevision');
    expect(html).toContain('423 Locked');
    expect(html).toContain('201 Created');
    expect(html).not.toMatch(/<script|<style|style="|\son\w+="/i);
    expect([...html.matchAll(/(?:href|src)="(?:https?:)?\/\/([^/"]+)/g)]).toEqual([]);
  });
});

import { expect } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { attack } from './attack.ts';
import { REDIRECT_URI, navigation } from './requests.ts';

/** The person stays with us: a 400, or our own error page, and nothing in its address comes from the request's redirect URI. */
export async function expectLocalError(app: TestApp, request: Request): Promise<void> {
  const refusal = await attack(app, request);
  const leadsToErrorPage = refusal.location?.href.startsWith(`${app.origin}/error?`) === true;
  expect(refusal.location === null ? refusal.status === 400 : leadsToErrorPage).toBe(true);
  const page = await app.fetch(navigation(app, refusal.location ?? '/error'));
  expect(page.status).toBe(400);
  expect(page.headers.get('location')).toBeNull();
}

/** The client is told `error` at its registered URI, with its state and exactly one `iss`. */
export async function expectRedirectError(app: TestApp, request: Request, error: string): Promise<void> {
  const { location } = await attack(app, request);
  expect(location?.href.startsWith(`${REDIRECT_URI}?`)).toBe(true);
  expect(location?.searchParams.getAll('error')).toEqual([error]);
  expect(location?.searchParams.getAll('iss')).toEqual([app.origin]);
  expect(location?.searchParams.getAll('state')).toEqual(['state-1']);
  expect(location?.searchParams.has('code')).toBe(false);
  expect(location?.hash).toBe('');
}

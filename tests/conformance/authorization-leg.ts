import { createBrowser, type Site } from '../support/browser.ts';
import { createHttpSite } from '../support/http-site.ts';
import { findFreePort } from '../support/free-port.ts';
import { startProduct } from './product.ts';
import type { ConformanceTool } from './tool.ts';

const REVISIONS = ['2025-11-25', '2026-07-28'];
const PERSON = { Name: 'Ada', Email: 'ada@example.org', Password: 'a password of the suite' };

/**
 * Runs the suite's checks of an authorization server: its metadata, and a whole authorization code grant in which a person
 * signs up on our pages and presses Allow. The suite prints the authorization URL and waits on its callback.
 *
 * @returns a line for each revision that failed
 */
export async function runAuthorizationLeg(tool: ConformanceTool): Promise<string[]> {
  const product = await startProduct('as shipped');
  const site = createHttpSite(product.url.origin);
  const failed: string[] = [];
  try {
    for (const revision of REVISIONS) {
      const port = await findFreePort();
      const clientId = await registerClient(site, `http://127.0.0.1:${port}/callback`);
      const answers: Promise<void>[] = [];
      const args = ['authorization', '--url', site.origin, '--client-id', clientId, '-p', String(port), '--resource', product.url.href];
      const code = await tool.runReading([...args, '--spec-version', revision], (line) => {
        const url = new RegExp(`${site.origin}/api/auth/oauth2/authorize\\?\\S+`).exec(line)?.[0];
        if (url !== undefined && answers.length === 0) answers.push(allow(site, url, revision));
      });
      await Promise.all(answers);
      if (code !== 0 || answers.length === 0)
        failed.push(`authorization ${revision}${answers.length === 0 ? ' (never asked a person)' : ''}`);
    }
  } finally {
    await product.close();
  }
  return failed;
}

async function registerClient(site: Site, redirectUri: string): Promise<string> {
  const response = await site.fetch(
    new Request(`${site.origin}/api/auth/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Conformance', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    }),
  );
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null || !('client_id' in body)) throw new Error(`no client: ${response.status}`);
  return String(body.client_id);
}

async function allow(site: Site, url: string, revision: string): Promise<void> {
  const browser = createBrowser(site);
  const signUp = await (await browser.open(url)).follow('Create account');
  const consent = await signUp.press('Create account', { ...PERSON, Email: `${revision}-${PERSON.Email}` });
  const allowed = await consent.press('Allow');
  if (allowed.leavesTo === null) throw new Error(`no way back to the suite: ${allowed.status} ${allowed.text()}`);
  await fetch(allowed.leavesTo);
}

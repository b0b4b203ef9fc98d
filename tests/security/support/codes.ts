import type { Person } from '../../support/app.ts';
import type { Page, Site } from '../../support/browser.ts';
import type { FormInput } from '../../support/html-form.ts';
import { REDIRECT_URI, TOKEN, authorizePath, createVerifier, form, register, type Parameters } from './requests.ts';

/** A code on its way to the client, and what its redemption needs. */
export interface IssuedCode {
  readonly clientId: string;
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly scope?: string;
  readonly expires_in: number;
}

export interface IssueOptions {
  readonly clientId?: string;
  readonly overrides?: Parameters;
  readonly choices?: FormInput;
}

/** Takes a person through consent for a client, by default one that has just registered, and answers the code the client gets. */
export async function issueCode(site: Site, person: Person, options: IssueOptions = {}): Promise<IssuedCode> {
  const clientId = options.clientId ?? (await register(site)).client_id;
  const { verifier, challenge } = createVerifier();
  const asked = await person.browser.open(authorizePath(site, clientId, challenge, options.overrides));
  const answered: Page = asked.leavesTo === null ? await asked.press('Allow', options.choices) : asked;
  const code = answered.leavesTo?.searchParams.get('code');
  if (code === null || code === undefined) throw new Error(`no code: ${answered.status} ${answered.leavesTo?.href ?? answered.text()}`);
  const redirectUri = options.overrides?.['redirect_uri'];
  return { clientId, code, verifier, redirectUri: typeof redirectUri === 'string' ? redirectUri : REDIRECT_URI };
}

/** The access token request for a code; `overrides` win. */
export function redemption(
  site: Site,
  issued: IssuedCode,
  overrides: Parameters = {},
  headers: Readonly<Record<string, string>> = {},
): Request {
  return form(
    site,
    TOKEN,
    {
      grant_type: 'authorization_code',
      client_id: issued.clientId,
      code: issued.code,
      code_verifier: issued.verifier,
      redirect_uri: issued.redirectUri,
      resource: `${site.origin}/mcp`,
      ...overrides,
    },
    headers,
  );
}

export function refreshing(
  site: Site,
  clientId: string,
  refreshToken: string,
  overrides: Parameters = {},
  headers: Readonly<Record<string, string>> = {},
): Request {
  return form(site, TOKEN, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken, ...overrides }, headers);
}

export async function readTokens(response: Response): Promise<Tokens> {
  const body = await response.text();
  if (response.status !== 200) throw new Error(`the token endpoint answered ${response.status}: ${body}`);
  return JSON.parse(body) as Tokens;
}

export interface Connection extends Tokens {
  readonly clientId: string;
  readonly refresh_token: string;
}

/** Registration to tokens. */
export async function connectClient(site: Site, person: Person, options: IssueOptions = {}): Promise<Connection> {
  const issued = await issueCode(site, person, options);
  const tokens = await readTokens(await site.fetch(redemption(site, issued)));
  return { ...tokens, clientId: issued.clientId, refresh_token: tokens.refresh_token ?? '' };
}

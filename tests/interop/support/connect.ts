import type { Person } from '../../support/app.ts';
import type { Page, Site } from '../../support/browser.ts';
import type { FormInput } from '../../support/html-form.ts';
import {
  PATHS,
  authorizeUrl,
  createVerifier,
  postForm,
  present,
  type CredentialStyle,
  type Parameters,
  type RegisteredClient,
  type WireAnswer,
} from './wire.ts';

/** What a client brought back from the browser, not yet exchanged. */
export interface Callback {
  readonly url: URL;
  readonly code: string;
  readonly verifier: string;
}

/** Opens the authorization URL in the person's browser, presses Allow where asked, and reads the callback. */
export async function authorize(
  site: Site,
  person: Person,
  client: RegisteredClient,
  options: { readonly parameters?: Parameters; readonly choices?: FormInput } = {},
): Promise<Callback> {
  const { verifier, challenge } = createVerifier();
  const asked = await person.browser.open(authorizeUrl(site, client, challenge, options.parameters));
  const answered: Page = asked.leavesTo === null ? await asked.press('Allow', options.choices ?? {}) : asked;
  const url = answered.leavesTo;
  const code = url?.searchParams.get('code');
  if (url === null || code === null || code === undefined) {
    throw new Error(`no code: ${answered.status} ${url?.href ?? answered.url.href} ${answered.text()}`);
  }
  return { url, code, verifier };
}

export function redeem(
  site: Site,
  client: RegisteredClient,
  callback: Callback,
  options: { readonly style?: CredentialStyle; readonly parameters?: Parameters; readonly path?: string } = {},
): Promise<WireAnswer> {
  const { parameters, headers } = present(client, options.style ?? 'registered');
  return postForm(
    site,
    options.path ?? PATHS.token,
    {
      grant_type: 'authorization_code',
      code: callback.code,
      redirect_uri: client.redirectUri,
      code_verifier: callback.verifier,
      ...parameters,
      ...options.parameters,
    },
    headers,
  );
}

export function refresh(
  site: Site,
  client: RegisteredClient,
  refreshToken: string,
  options: { readonly style?: CredentialStyle; readonly parameters?: Parameters; readonly path?: string } = {},
): Promise<WireAnswer> {
  const { parameters, headers } = present(client, options.style ?? 'registered');
  return postForm(
    site,
    options.path ?? PATHS.token,
    { grant_type: 'refresh_token', refresh_token: refreshToken, ...parameters, ...options.parameters },
    headers,
  );
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scope: string;
  readonly expiresIn: number;
}

/** @throws Error with the answer when it is no token response with both tokens */
export function toTokens({ status, body }: WireAnswer): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn, scope } = body;
  if (status !== 200 || typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof expiresIn !== 'number') {
    throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`);
  }
  return { accessToken, refreshToken, expiresIn, scope: typeof scope === 'string' ? scope : '' };
}

/** From a registered client to its tokens. */
export async function connect(
  site: Site,
  person: Person,
  client: RegisteredClient,
  options: { readonly parameters?: Parameters; readonly choices?: FormInput; readonly style?: CredentialStyle } = {},
): Promise<Tokens> {
  const callback = await authorize(site, person, client, options);
  return toTokens(await redeem(site, client, callback, { style: options.style }));
}

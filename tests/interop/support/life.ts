import { randomUUID } from 'node:crypto';
import { SignJWT, type CryptoKey } from 'jose';
import { SCOPE_DESCRIPTIONS, isScope } from '../../../src/authorization-server/scopes.ts';
import type { Person, TestApp } from '../../support/app.ts';
import type { Page, Site } from '../../support/browser.ts';
import { buildMcpRequest } from '../../support/mcp-clients.ts';
import { fromPage, withHeaders } from './client-site.ts';
import { redeem, refresh, toTokens, type Callback, type Tokens } from './connect.ts';
import type { ClientProfile, Metadata, Templates } from './profile.ts';
import {
  PATHS,
  authorizeUrl,
  createVerifier,
  postForm,
  present,
  registerClient,
  send,
  type Parameters,
  type RegisteredClient,
  type WireAnswer,
} from './wire.ts';

/** What a client has read on its way to the endpoints. */
export interface Discovered {
  readonly resource: string;
  /** Of the challenge. */
  readonly scopes: string;
  /** `scopes_supported` of the authorization server. */
  readonly supported: string;
  readonly endpoints: { readonly authorize: string; readonly token: string; readonly register: string };
}

/** A person in front of what an authorization URL led to. */
export interface Asked {
  readonly page: Page;
  readonly url: URL;
  readonly verifier: string;
}

interface CallOptions {
  readonly accessToken?: string | null;
  readonly path?: string;
}

/**
 * One client going through its life against the app, with what it knows so far. Its methods send what the client would and
 * judge nothing; the steps do.
 */
export class Life {
  /** As the client reaches it with OAuth and discovery requests. */
  readonly site: Site;
  readonly app: TestApp;
  readonly person: Person;
  readonly profile: ClientProfile;
  readonly #key: CryptoKey | null;
  readonly #mcpSite: Site;
  #discovered: Discovered | null = null;
  #client: RegisteredClient | null = null;
  #tokens: Tokens | null = null;

  /** @param key what a client with keys proves itself by */
  constructor(app: TestApp, person: Person, profile: ClientProfile, key: CryptoKey | null) {
    this.app = app;
    this.person = person;
    this.profile = profile;
    this.#key = key;
    this.#mcpSite = withHeaders(profile.pageOrigin === undefined ? app : fromPage(app, profile.pageOrigin), profile.headers ?? {});
    const { discoveryRevision } = profile;
    this.site = discoveryRevision === undefined ? this.#mcpSite : withHeaders(this.#mcpSite, { 'mcp-protocol-version': discoveryRevision });
  }

  get discovered(): Discovered {
    return known(this.#discovered, 'it has discovered nothing');
  }
  set discovered(discovered: Discovered) {
    this.#discovered = discovered;
  }
  get client(): RegisteredClient {
    return known(this.#client, 'it has no client id');
  }
  get tokens(): Tokens {
    return known(this.#tokens, 'it has no tokens');
  }
  set tokens(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** What it calls itself. */
  get clientName(): string {
    const { identity } = this.profile;
    return (identity.kind === 'document' ? identity.document : identity.body).client_name;
  }

  #fillText(text: string): string {
    const { resource, scopes, supported } = this.discovered;
    const values: Templates = { origin: this.app.origin, resource, scopes, supported };
    return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  #fill(templates: Templates): Record<string, string> {
    return Object.fromEntries(Object.entries(templates).map(([name, text]) => [name, this.#fillText(text)]));
  }

  /** A registration with its scope filled in. */
  registrationOf(body: Metadata): Metadata {
    return body.scope === undefined ? body : { ...body, scope: this.#fillText(body.scope) };
  }

  /** Comes to its client id in its way. */
  async identify(): Promise<RegisteredClient> {
    const { identity, redirectUri } = this.profile;
    if (identity.kind === 'document') {
      this.#client = { id: identity.document.client_id, secret: null, method: 'none', redirectUri };
      return this.#client;
    }
    const site = identity.kind === 'registers' ? this.site : this.app;
    this.#client = await registerClient(site, this.registrationOf(identity.body), redirectUri, this.discovered.endpoints.register);
    return this.#client;
  }

  /** Opens the person's browser with an authorization request of this client. @param parameters win over its usual ones */
  async ask(parameters: Parameters = {}): Promise<Asked> {
    const { identity, authorize } = this.profile;
    if (this.#client === null || (identity.kind === 'registers' && identity.isPerFlow === true)) await this.identify();
    const { verifier, challenge } = createVerifier();
    const overrides = { ...this.#fill(authorize), ...parameters };
    const url = authorizeUrl(this.app, this.client, challenge, overrides, this.discovered.endpoints.authorize);
    return { page: await this.person.browser.open(url), url, verifier };
  }

  /** The person's yes. @param without scopes that they untick */
  async allow({ page, verifier }: Asked, without: readonly string[] = []): Promise<Callback> {
    const shown = scopesOn(page).filter((scope) => without.includes(scope));
    const choices = Object.fromEntries(shown.filter(isScope).map((scope) => [SCOPE_DESCRIPTIONS[scope], false]));
    const url = page.leavesTo ?? (await page.press('Allow', choices)).leavesTo;
    const code = url?.searchParams.get('code');
    if (url === null || code === null || code === undefined) throw new Error(`no code at ${url?.href ?? page.url.href}: ${page.text()}`);
    return { url, code, verifier };
  }

  async exchange(callback: Callback): Promise<WireAnswer> {
    const parameters = { ...this.#fill(this.profile.token), ...(await this.assertion()) };
    return redeem(this.site, this.client, callback, this.#tokenRequest(parameters));
  }

  async refresh(refreshToken = this.tokens.refreshToken): Promise<WireAnswer> {
    const parameters = { ...this.#fill(this.profile.refresh), ...(await this.assertion()) };
    return refresh(this.site, this.client, refreshToken, this.#tokenRequest(parameters));
  }

  /** RFC 7009, at the endpoint beside the one for tokens. */
  async revoke(token: string): Promise<WireAnswer> {
    const { parameters, headers } = present(this.client, this.profile.credentials ?? 'registered');
    const assertion = await this.assertion(this.app.origin);
    return postForm(this.site, PATHS.revoke, { token, ...parameters, ...assertion }, headers);
  }

  /** From the question to the person to new tokens, which it keeps. */
  async connect(parameters: Parameters = {}): Promise<Tokens> {
    this.tokens = toTokens(await this.exchange(await this.allow(await this.ask(parameters))));
    return this.tokens;
  }

  /** One message to the MCP endpoint, with the token it has unless it is given another, or none. */
  async call(method: string, params: Record<string, unknown> = {}, given: CallOptions = {}): Promise<Response> {
    const accessToken = given.accessToken === undefined ? this.tokens.accessToken : given.accessToken;
    const { revision, isSilentAboutRevision } = this.profile;
    const era = revision === '2026-07-28' ? 'modern' : 'legacy';
    const authorization: Templates = accessToken === null ? {} : { authorization: `Bearer ${accessToken}` };
    const headers = { ...authorization, 'mcp-protocol-version': revision, ...this.profile.mcpHeaders };
    const url = new URL(given.path ?? this.profile.mcpPath ?? '/mcp', this.app.origin).href;
    const request = buildMcpRequest(url, era, method, params, headers);
    // The header came with 2025-06-18, and nobody sends it before a revision is agreed on.
    if (revision < '2025-06-18' || method === 'initialize' || isSilentAboutRevision === true)
      request.headers.delete('mcp-protocol-version');
    return this.#mcpSite.fetch(method.startsWith('notifications/') ? await asNotification(request) : request);
  }

  /** Any other request of its own, e.g. for an event stream. */
  request(method: string, path: string, headers: Templates = {}): Promise<WireAnswer> {
    return send(this.site, new Request(new URL(path, this.app.origin), { method, headers }));
  }

  /** RFC 7523 §2.2; a fresh one for each request. Empty for a client without keys. @param audience the endpoint, or the issuer */
  async assertion(audience: string = this.discovered.endpoints.token): Promise<Parameters> {
    const { identity } = this.profile;
    if (identity.kind !== 'document' || identity.isKeyed !== true) return {};
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(this.client.id)
      .setSubject(this.client.id)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(known(this.#key, 'it has no key'));
    return { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion };
  }

  #tokenRequest(parameters: Parameters) {
    return { style: this.profile.credentials, parameters, path: this.discovered.endpoints.token };
  }
}

/** The scopes that the consent page asks for. */
export function scopesOn(page: Page): string[] {
  return page.document.querySelectorAll('input[name="scope"]').map((input) => input.getAttribute('value') ?? '');
}

async function asNotification(request: Request): Promise<Request> {
  const { id: _id, ...notification } = (await request.clone().json()) as Record<string, unknown>;
  return new Request(request, { method: 'POST', body: JSON.stringify(notification) });
}

function known<Value>(value: Value | null, otherwise: string): Value {
  if (value === null) throw new Error(otherwise);
  return value;
}

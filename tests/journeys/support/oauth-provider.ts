import type { OAuthDiscoveryState } from '@modelcontextprotocol/client';

interface StoredTokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token?: string;
}

/** A provider that either SDK takes: their own types differ in what they store, and agree on this much. */
export type MemoryProvider = ReturnType<typeof createMemoryProvider>;

/** What an application that embeds an SDK keeps for it, in memory, and where it sends its user. */
export function createMemoryProvider(clientName: string, redirectUri: string) {
  const opened: URL[] = [];
  let client: { readonly client_id: string } | undefined;
  let tokens: StoredTokens | undefined;
  let verifier = '';
  let discovery: OAuthDiscoveryState | undefined;
  return {
    /** The addresses that the SDK asked the user to open, oldest first. */
    opened,
    redirectUrl: redirectUri,
    clientMetadata: {
      client_name: clientName,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    state: () => 'state-of-the-application',
    clientInformation: () => client,
    saveClientInformation: (information: { readonly client_id: string }) => void (client = information),
    tokens: () => tokens,
    saveTokens: (received: StoredTokens) => void (tokens = received),
    redirectToAuthorization: (url: URL) => void opened.push(url),
    saveCodeVerifier: (value: string) => void (verifier = value),
    codeVerifier: () => verifier,
    saveDiscoveryState: (state: OAuthDiscoveryState) => void (discovery = state),
    discoveryState: () => discovery,
    invalidateCredentials(what: string) {
      if (what === 'all' || what === 'client') client = undefined;
      if (what === 'all' || what === 'tokens') tokens = undefined;
    },
    /** Makes the stored access token one that the server refuses, as expiry does; the refresh token stays. */
    spoilAccessToken() {
      if (tokens === undefined) throw new Error('no tokens yet');
      tokens = { ...tokens, access_token: 'an.expired.token' };
    },
    /** The access and the refresh token as they are now. */
    secrets: () => (tokens === undefined ? [] : [tokens.access_token, tokens.refresh_token ?? '']).filter((secret) => secret !== ''),
  };
}

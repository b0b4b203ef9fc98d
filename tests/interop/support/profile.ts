import type { Life } from './life.ts';
import type { CredentialStyle } from './wire.ts';

/**
 * Parameters as a client sends them. Filled in from what it has read on its way: `{origin}` of the server, `{resource}` of the
 * protected-resource metadata, `{scopes}` of the challenge, `{supported}` scopes of the authorization-server metadata.
 */
export type Templates = Readonly<Record<string, string>>;

/** What a client publishes or sends about itself; RFC 7591 metadata. */
export interface Metadata extends Readonly<Record<string, unknown>> {
  readonly client_name: string;
  readonly token_endpoint_auth_method?: string;
  readonly scope?: string;
}

/** How a client comes to its id. */
export type Identity =
  /** RFC 7591, once or before each sign-in. A `scope` is filled in as a template. */
  | { readonly kind: 'registers'; readonly body: Metadata; readonly isPerFlow?: boolean }
  /** The URL of a document; with `isKeyed` it proves itself by the keys that the document names. */
  | { readonly kind: 'document'; readonly document: Metadata & { readonly client_id: string }; readonly isKeyed?: boolean }
  /** Whoever sets it up registers it by hand and pastes id and secret into its settings. */
  | { readonly kind: 'by_hand'; readonly body: Metadata };

/** What a client does about 403 `insufficient_scope`. */
export type StepUp =
  /** Asks the person for what the challenge names and what it has. */
  | 'union'
  /** Asks for what the challenge names alone. */
  | 'challenge'
  /** Refreshes, which widens nothing; the person has to connect it again. */
  | 'refresh'
  /** Shows the error; the person has to connect it again. */
  | 'none';

/** One request on the way to the endpoints: `METHOD path status`, with `{challenge}` for the address the 401 named. */
export type Probe = `${'GET' | 'HEAD' | 'POST' | 'OPTIONS'} ${string} ${number}`;

/** One client as it is seen on the wire, in one of its ways to connect. */
export interface ClientProfile {
  readonly name: string;
  /** Where this is known from: source files, vendor documentation, public issues. */
  readonly sources: readonly string[];
  readonly identity: Identity;
  /** Where it asks for its answer at run time. */
  readonly redirectUri: string;
  /** Everything it asks for before it registers, in its order. One that finds no metadata of the server guesses the endpoints. */
  readonly probes: readonly Probe[];
  /** On every request it sends outside the browser. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Never sends `MCP-Protocol-Version` to the MCP endpoint, whatever was agreed on. */
  readonly isSilentAboutRevision?: boolean;
  /** On its MCP requests besides, winning over those of the protocol. */
  readonly mcpHeaders?: Readonly<Record<string, string>>;
  /** The `MCP-Protocol-Version` it puts on discovery and OAuth requests too. */
  readonly discoveryRevision?: string;
  /** Beside client id, redirect URI, response type and PKCE. Without `state` here it has one of 32 characters. */
  readonly authorize: Templates;
  readonly token: Templates;
  readonly refresh: Templates;
  /** How it sends its secret, or that it has none; default: as it is registered. */
  readonly credentials?: CredentialStyle;
  /** The path of the address that was typed into it; `/mcp` unless it says otherwise. */
  readonly mcpPath?: '/mcp/';
  /** What it asks for in `initialize`, or in the metadata of every request. */
  readonly revision: '2024-11-05' | '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28';
  readonly stepUp: StepUp;
  /** A client in a web page of this origin: every request has to pass the browser's CORS checks. */
  readonly pageOrigin?: string;
  /** What this client does and others don't; each is a test of its own, on the connected client, in this order. */
  readonly besides?: Readonly<Record<string, (life: Life) => Promise<void>>>;
}

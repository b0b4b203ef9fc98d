/** Redirect URIs of one real client that no general rule lets in. */
interface KnownRedirect {
  readonly client: string;
  /** Public reports of what it registers. */
  readonly seen: string;
  readonly matches: (uri: string) => boolean;
}

/** The editors that Cline is an extension of: `vscode.env.uriScheme` of each. */
const EDITOR_SCHEMES = 'vscode|vscode-insiders|vscodium|code-oss|cursor|windsurf';

/**
 * Apps that own a scheme which is no reverse domain name (RFC 8252 §7.1), with an authority below it. Whole URIs, letter by letter:
 * a rule for schemes would let in any program that can register a handler, and names like `vscode://vendor.extension` are anyone's.
 */
const KNOWN_REDIRECTS: readonly KnownRedirect[] = [
  {
    client: 'Cursor',
    seen: 'plane #159, accounted #2225, acfw #111',
    matches: (uri) => uri === 'cursor://anysphere.cursor-mcp/oauth/callback',
  },
  {
    client: 'Claude Code in the Claude desktop app',
    seen: 'claude-code #93671, RevenueCat ai-toolkit #58',
    matches: (uri) => uri === 'claude://claude.ai/mcp-auth-callback/sdk',
  },
  {
    client: 'Cline before it had a callback server: the SHA-256 of the server below its extension id',
    seen: 'cline src/utils/mcpAuth.ts, jarvis-registry #430',
    matches: (uri) => new RegExp(`^(?:${EDITOR_SCHEMES})://saoudrizwan\\.claude-dev/mcp-auth/callback/[0-9a-f]{64}$`).test(uri),
  },
  {
    client: 'Warp',
    seen: 'warp #9088',
    matches: (uri) => uri === 'warp://mcp/oauth2callback',
  },
  {
    client: 'WorkBuddy',
    seen: 'TREK #2227',
    matches: (uri) => uri === 'workbuddy://workbuddy/mcp/connector%3A/oauth/callback',
  },
];

/** Whether a redirect URI is one that a known client registers for itself. @param uri as registered, byte for byte */
export function isKnownRedirect(uri: string): boolean {
  return KNOWN_REDIRECTS.some((known) => known.matches(uri));
}

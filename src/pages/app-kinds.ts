/** Apps whose way to begin anew the error pages describe, in the order in which they are listed. */
export const APP_KINDS = ['claude', 'claudeCode', 'chatgpt', 'vscode', 'cursor', 'codex', 'gemini', 'inspector', 'mcpRemote'] as const;

export type AppKind = (typeof APP_KINDS)[number];

type Test = (uri: URL) => boolean;

const isLoopback: Test = ({ protocol, hostname }) => protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
const isAt =
  (...hosts: readonly string[]): Test =>
  ({ protocol, host }) =>
    protocol === 'https:' && hosts.includes(host);
const isLoopbackPath =
  (path: RegExp, ports?: readonly string[]): Test =>
  (uri) =>
    isLoopback(uri) && path.test(uri.pathname) && (ports === undefined || ports.includes(uri.port));

/** By what each app asks for its answer at: its documentation, its source, or logs of servers it came to. */
const TESTS: Readonly<Record<AppKind, readonly Test[]>> = {
  claude: [isAt('claude.ai', 'claude.com'), ({ protocol }) => protocol === 'claude:', isLoopbackPath(/^\/callback$/, ['53280'])],
  claudeCode: [(uri) => uri.hostname === 'localhost' && isLoopback(uri) && uri.pathname === '/callback' && uri.port !== '8787'],
  chatgpt: [isAt('chatgpt.com')],
  vscode: [
    isAt('vscode.dev', 'insiders.vscode.dev'),
    ({ protocol }) => protocol === 'vscode:' || protocol === 'vscode-insiders:',
    (uri) => uri.hostname === '127.0.0.1' && isLoopback(uri) && uri.pathname === '/',
  ],
  cursor: [isAt('cursor.com', 'www.cursor.com'), ({ protocol }) => protocol === 'cursor:', isLoopbackPath(/^\/callback$/, ['8787'])],
  codex: [isLoopbackPath(/^\/callback\/[^/]+$/)],
  gemini: [isAt('antigravity.google'), isLoopbackPath(/^\/oauth\/callback$/)],
  inspector: [isLoopbackPath(/^\/oauth\/callback\/debug$/), isLoopbackPath(/^\/oauth\/callback$/, ['6274', '6276'])],
  mcpRemote: [isLoopbackPath(/^\/oauth\/callback$/)],
};

/**
 * Which apps a request may have come from. Only for advice: anybody can ask for an answer at any address.
 *
 * @param redirectUri as the request has it; untrusted
 * @returns none, one, or the few that use the same address
 */
export function guessApps(redirectUri: string | null): readonly AppKind[] {
  if (redirectUri === null || !URL.canParse(redirectUri)) return [];
  const uri = new URL(redirectUri);
  const found = APP_KINDS.filter((kind) => TESTS[kind].some((test) => test(uri)));
  return found.includes('inspector') ? ['inspector'] : found;
}

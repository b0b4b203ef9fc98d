import type { Check, CheckContext } from './discovery-checks.ts';
import { isHtml, isRecord, problem, requireReply, warning, type Finding } from './finding.ts';
import type { Reply } from './probe.ts';

/** What clients call themselves; vendors' servers are what bot rules stop first. */
const USER_AGENTS: readonly string[] = [
  'Claude-User',
  'python-httpx/0.28.1',
  'openai-mcp/1.0.0',
  'node',
  'Bun/1.3.0',
  'codex-mcp-client/1.0.0',
];
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'doctor', version: '1.0.0' } },
});
const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** The first answer of every connection: 401 with a challenge that leads to the metadata, whatever the method. */
export const checkChallenge: Check = async (context) => {
  const { probe } = context;
  const answers = await Promise.all([
    probe('/mcp', { method: 'POST', headers: JSON_HEADERS, body: INITIALIZE }),
    probe('/mcp', { method: 'GET', headers: { accept: 'text/event-stream' } }),
    probe('/mcp', { method: 'HEAD' }),
    probe('/mcp/', { method: 'POST', headers: JSON_HEADERS, body: INITIALIZE }),
  ]);
  const methods = ['POST', 'GET', 'HEAD', 'POST'];
  return answers.flatMap((answer, index) => {
    const reply = requireReply(answer);
    return 'ok' in reply ? judgeChallenge(reply, `${methods[index] ?? ''} ${reply.url}`, context) : [reply];
  });
};

function judgeChallenge(reply: Reply, subject: string, { identifiers }: CheckContext): Finding[] {
  if (reply.status >= 300 && reply.status < 400) {
    return [
      problem(
        subject,
        `a redirect to ${reply.headers.get('location') ?? 'nowhere'}`,
        'A redirect loses the credentials. Answer on this address.',
      ),
    ];
  }
  if (reply.status !== 401) {
    const remedy =
      reply.status === 403 ? 'A bot rule or firewall seems to stand in front.' : 'Send every method of this path through to the server.';
    return [problem(subject, `status ${reply.status} instead of 401`, `Sign-in starts with a 401 and with nothing else. ${remedy}`)];
  }
  const challenge = reply.headers.get('www-authenticate');
  if (challenge === null) {
    return [
      problem(
        subject,
        'a 401 without WWW-Authenticate',
        'The proxy removes the header that tells clients where to sign in. Let it through.',
      ),
    ];
  }
  const found = /resource_metadata=("?)([^",\s]+)\1/i.exec(challenge);
  const target = found?.[2];
  if (!/^bearer\b/i.test(challenge) || target === undefined) {
    return [
      problem(
        subject,
        `the challenge is: ${challenge}`,
        'It must be a Bearer challenge with resource_metadata; something rewrites or replaces it (basic authentication in a proxy?).',
      ),
    ];
  }
  if (!URL.canParse(target))
    return [
      problem(subject, `resource_metadata is relative: ${target}`, 'claude.ai needs an absolute address. Something rewrites the header.'),
    ];
  if (found?.[1] !== '"')
    return [problem(subject, 'resource_metadata has no quotes', 'Gemini CLI needs them. Something rewrites the header.')];
  if (target !== identifiers.resourceMetadataUrl) {
    return [
      problem(subject, `resource_metadata is ${target}, not ${identifiers.resourceMetadataUrl}`, `Set APP_URL to ${identifiers.issuer}.`),
    ];
  }
  return [];
}

/** A wrong token must be told from none: it tells whether `Authorization` gets through. */
export const checkAuthorizationHeader: Check = async ({ probe }) => {
  const reply = requireReply(
    await probe('/mcp', { method: 'POST', headers: { ...JSON_HEADERS, authorization: 'Bearer not-a-token' }, body: INITIALIZE }),
  );
  if (!('ok' in reply)) return [reply];
  if (reply.status !== 401 || /error="invalid_token"/.test(reply.headers.get('www-authenticate') ?? '')) return [];
  if (reply.headers.get('www-authenticate') === null) return [];
  return [
    problem(
      `POST ${reply.url}`,
      'a Bearer token in Authorization did not arrive',
      'Everybody would be asked to sign in again and again. The proxy keeps the header for itself: pass it on.',
    ),
  ];
};

/** Preflights of clients in a browser come without credentials and want an answer before any sign-in. */
export const checkPreflight: Check = async ({ probe }) => {
  const replies = await Promise.all(
    ['/mcp', '/api/auth/oauth2/token', '/api/auth/oauth2/register'].map((path) =>
      probe(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://a-client-in-a-browser.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
        },
      }),
    ),
  );
  return replies.flatMap((answer) => {
    const reply = requireReply(answer);
    if (!('ok' in reply)) return [reply];
    const allowed = (reply.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    const isAllowed =
      reply.status < 300 && reply.headers.get('access-control-allow-origin') === '*' && allowed.includes('mcp-protocol-version');
    if (isAllowed) return [];
    return [
      problem(
        `OPTIONS ${reply.url}`,
        `a preflight is not allowed (${reply.status})`,
        'Clients in a browser can not connect. Send OPTIONS through to the server.',
      ),
    ];
  });
};

/** Registration and tokens by harmless requests: an empty registration, a client that does not exist. Nothing is written. */
export const checkEndpoints: Check = async ({ probe }) => {
  const [registration, token] = await Promise.all([
    probe('/api/auth/oauth2/register', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    probe('/api/auth/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token&refresh_token=none&client_id=nobody',
    }),
  ]);
  const expected = [
    { answer: registration, status: 400, error: null },
    { answer: token, status: 401, error: 'invalid_client' },
  ];
  return expected.flatMap(({ answer, status, error }) => {
    const reply = requireReply(answer);
    if (!('ok' in reply)) return [reply];
    const code = isRecord(reply.json) ? reply.json['error'] : undefined;
    if (reply.status === status && typeof code === 'string' && (error === null || code === error)) return [];
    const what = isHtml(reply)
      ? `a web page (${reply.status}) instead of an OAuth error`
      : `status ${reply.status} instead of an OAuth error with ${status}`;
    return [
      problem(
        `POST ${reply.url}`,
        what,
        'Clients decide by these errors whether to register again. A firewall or proxy answers in the place of the server.',
      ),
    ];
  });
};

/** Bot rules judge by name and let a browser or curl pass. */
export const checkUserAgents: Check = async ({ probe }) => {
  const path = '/.well-known/oauth-protected-resource/mcp';
  const answers = await Promise.all(USER_AGENTS.map((agent) => probe(path, { headers: { 'user-agent': agent } })));
  const plain = await probe(path, { headers: { 'user-agent': 'Mozilla/5.0' } });
  if (!plain.ok || plain.status !== 200) return [];
  const refused = USER_AGENTS.filter((_agent, index) => {
    const answer = answers[index];
    return answer !== undefined && (!answer.ok || answer.status !== 200);
  });
  if (refused.length === 0) return [];
  return [
    problem(
      plain.url,
      `refused to ${refused.join(', ')}`,
      'A bot rule knows these clients by their user agent. Exempt /mcp, /.well-known/ and /api/auth/.',
    ),
  ];
};

/** Whom claude.ai could reach: it connects by IPv4 only. */
export function createAddressCheck(resolve4: (hostname: string) => Promise<readonly string[]>): Check {
  return async ({ identifiers }) => {
    const { hostname, protocol, origin } = new URL(identifiers.issuer);
    if (hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname)) {
      return protocol === 'https:'
        ? []
        : [
            warning(
              origin,
              'only this machine can reach it',
              'Fine for programs on it. claude.ai and ChatGPT need a public https address.',
            ),
          ];
    }
    const addresses = await resolve4(hostname).catch(() => []);
    if (addresses.length > 0) return [];
    return [problem(origin, 'the name has no IPv4 address', 'claude.ai connects by IPv4 only: add an A record.')];
  };
}

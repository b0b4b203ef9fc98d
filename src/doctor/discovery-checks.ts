import type { Identifiers } from '../authorization-server/identifiers.ts';
import { isHtml, isRecord, judgeServing, problem, requireReply, warning, type Finding } from './finding.ts';
import type { Probe } from './probe.ts';

/** What every check gets. */
export interface CheckContext {
  readonly identifiers: Identifiers;
  readonly probe: Probe;
  /** Answers slower than this are worth a warning. */
  readonly slowMs: number;
}

/** Looks at one thing from outside; an empty list means that nothing is wrong with it. */
export type Check = (context: CheckContext) => Promise<readonly Finding[]>;

const PAGE_ORIGIN = 'https://a-client-in-a-browser.example';
const MAXIMUM_SKEW_SECONDS = 30;
const DATE_RESOLUTION_SECONDS = 1;

const readDocument = async (
  { probe, slowMs }: CheckContext,
  path: string,
  judge: (document: Record<string, unknown>, url: string) => readonly Finding[],
): Promise<readonly Finding[]> => {
  const reply = requireReply(await probe(path, { headers: { origin: PAGE_ORIGIN, accept: 'application/json' } }));
  if (!('ok' in reply)) return [reply];
  const serving = judgeServing(reply);
  if (serving !== null) return [serving];
  const findings = isRecord(reply.json) ? [...judge(reply.json, reply.url)] : [];
  if (reply.headers.get('access-control-allow-origin') !== '*') {
    findings.push(
      problem(
        reply.url,
        'no Access-Control-Allow-Origin: *',
        'Clients in a browser (MCP Inspector) can not read it. Do not let the proxy remove or replace CORS headers.',
      ),
    );
  }
  if (reply.milliseconds > slowMs) {
    findings.push(
      warning(
        reply.url,
        `took ${reply.milliseconds} ms`,
        'claude.ai gives up after ten seconds. Find out what is slow between here and the server.',
      ),
    );
  }
  return findings;
};

/** RFC 9728: at the path of the MCP endpoint and at the root. */
export const checkResourceMetadata: Check = async (context) => {
  const { identifiers } = context;
  const judge = (document: Record<string, unknown>, url: string): Finding[] => {
    const findings: Finding[] = [];
    if (document['resource'] !== identifiers.resource) {
      findings.push(
        mismatch(
          url,
          'resource',
          document['resource'],
          identifiers.resource,
          'VS Code and Gemini CLI compare it with the address a person typed.',
        ),
      );
    }
    const servers = document['authorization_servers'];
    if (!Array.isArray(servers) || servers.length !== 1 || servers[0] !== identifiers.issuer) {
      findings.push(
        mismatch(url, 'authorization_servers', servers, [identifiers.issuer], 'Clients go there to sign in, and take the first.'),
      );
    }
    return findings;
  };
  const paths = ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'];
  return (await Promise.all(paths.map((path) => readDocument(context, path, judge)))).flat();
};

/** RFC 8414 and OpenID discovery: one issuer, endpoints on this origin, what clients look for. */
export const checkServerMetadata: Check = async (context) => {
  const { identifiers } = context;
  const judge = (document: Record<string, unknown>, url: string): Finding[] => {
    const findings: Finding[] = [];
    if (document['issuer'] !== identifiers.issuer) {
      findings.push(mismatch(url, 'issuer', document['issuer'], identifiers.issuer, 'Strict clients compare every character.'));
    }
    const elsewhere = Object.entries(document).filter(
      ([name, value]) => /_endpoint$|^jwks_uri$/.test(name) && typeof value === 'string' && !value.startsWith(`${identifiers.issuer}/`),
    );
    if (elsewhere.length > 0) {
      const names = elsewhere.map(([name, value]) => `${name} ${String(value)}`).join(', ');
      findings.push(
        problem(
          url,
          `endpoints on another origin: ${names}`,
          `Set APP_URL to ${identifiers.issuer} and keep the proxy from rewriting answers.`,
        ),
      );
    }
    const wanted: readonly (readonly [string, string])[] = [
      ['code_challenge_methods_supported', 'S256'],
      ['token_endpoint_auth_methods_supported', 'none'],
      ['grant_types_supported', 'refresh_token'],
    ];
    for (const [member, value] of wanted) {
      const list = document[member];
      if (!Array.isArray(list) || !list.includes(value))
        findings.push(problem(url, `${member} lacks ${value}`, 'Something rewrites this document on its way.'));
    }
    return findings;
  };
  const paths = [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/mcp',
  ];
  return (await Promise.all(paths.map((path) => readDocument(context, path, judge)))).flat();
};

/**
 * Below a path, the documents whose address is made by inserting their name before that path (RFC 8414 §3.1, RFC 9728 §3.1): they
 * stand on the host beside what is ours.
 */
export const checkInsertedDocuments: Check = async (context) => {
  const { origin, base, issuer } = context.identifiers;
  if (base === '') return [];
  const judge = (document: Record<string, unknown>, url: string): Finding[] =>
    document['issuer'] === issuer || document['resource'] === context.identifiers.resource
      ? []
      : [problem(url, 'it is of another server', `Send this path through to the server of ${issuer}.`)];
  const look = async (path: string): Promise<readonly Finding[]> => {
    const reply = requireReply(await context.probe(`${origin}${path}`));
    if (!('ok' in reply)) return [reply];
    if (reply.status !== 404) return readDocument(context, `${origin}${path}`, judge);
    const remedy = `Clients that look nowhere else will not connect. Let the proxy send /.well-known/*${base} and what is below it through as well.`;
    return [warning(reply.url, 'not there', remedy)];
  };
  const paths = ['oauth-authorization-server', 'openid-configuration'].map((document) => `/.well-known/${document}${base}`);
  return (await Promise.all([...paths, `/.well-known/oauth-protected-resource${base}/mcp`].map(look))).flat();
};

/** Clients take a page with status 200 for a broken document and stop. */
export const checkUnknownDocument: Check = async ({ probe }) => {
  const reply = requireReply(await probe('/.well-known/no-such-document'));
  if (!('ok' in reply)) return [reply];
  if (reply.status === 404 && !isHtml(reply)) return [];
  return [
    problem(
      reply.url,
      `status ${reply.status}${isHtml(reply) ? ' and a web page' : ''} where there is nothing`,
      'A client that looks here must get 404 in JSON to look elsewhere. Send everything below /.well-known/ through to the server.',
    ),
  ];
};

/** Tokens live for minutes: clocks that differ refuse good ones. */
export const checkClock: Check = async ({ probe }) => {
  const reply = requireReply(await probe('/health/live'));
  if (!('ok' in reply)) return [reply];
  const date = Date.parse(reply.headers.get('date') ?? '');
  if (Number.isNaN(date)) return [];
  const age = Number(reply.headers.get('age') ?? 0);
  const skew = Math.abs(reply.at.getTime() - reply.milliseconds / 2 - date) / 1000 - (Number.isFinite(age) ? age : 0);
  if (skew <= MAXIMUM_SKEW_SECONDS + DATE_RESOLUTION_SECONDS) return [];
  return [
    problem(
      reply.url,
      `the server's clock and this machine's differ by ${Math.round(skew)} s`,
      'Codes live for 60 seconds and tokens for 15 minutes. Run NTP on both.',
    ),
  ];
};

function mismatch(url: string, member: string, found: unknown, wanted: unknown, why: string): Finding {
  const says = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
  const wants = typeof wanted === 'string' ? wanted : JSON.stringify(wanted);
  const isScheme = says.replaceAll('http://', 'https://') === wants.replaceAll('http://', 'https://');
  const remedy = isScheme
    ? 'The server says http where the outside says https, or the reverse: set APP_URL to the address people use.'
    : 'Set APP_URL to the address people use, without a trailing slash.';
  return problem(url, `${member} is ${says}, not ${wants}`, `${why} ${remedy}`);
}

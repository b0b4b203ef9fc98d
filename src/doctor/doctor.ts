import { resolve4 } from 'node:dns/promises';
import { buildIdentifiers } from '../authorization-server/identifiers.ts';
import {
  checkClock,
  checkInsertedDocuments,
  checkResourceMetadata,
  checkServerMetadata,
  checkUnknownDocument,
  type Check,
} from './discovery-checks.ts';
import {
  checkAuthorizationHeader,
  checkChallenge,
  checkEndpoints,
  checkPreflight,
  checkUserAgents,
  createAddressCheck,
} from './endpoint-checks.ts';
import { requireReply, type Finding } from './finding.ts';
import { createProbe } from './probe.ts';

export interface Diagnosis {
  /** The address that was looked at. */
  readonly origin: string;
  readonly findings: readonly Finding[];
  /** Names of the checks that found nothing. */
  readonly passed: readonly string[];
}

export interface DoctorOptions {
  readonly clock: () => Date;
  /** How long one answer may take at all; claude.ai waits 10 s. */
  readonly timeoutMs?: number;
  /** From when on an answer is called slow. */
  readonly slowMs?: number;
  readonly resolve4?: (hostname: string) => Promise<readonly string[]>;
}

const TIMEOUT_MS = 10_000;
const SLOW_MS = 3_000;

/**
 * Looks at a running server from outside, as MCP clients do, and collects what they would stumble on. Sends about twenty harmless
 * requests; nothing is registered or written.
 *
 * @param origin the public address, as people and clients use it, e.g. `https://vitae.example` or `https://example.org/vitae`
 * Not checked: whether other networks see the same (run it from one of them), and signing in.
 */
export async function diagnose(origin: string, options: DoctorOptions): Promise<Diagnosis> {
  const probe = createProbe({ origin, clock: options.clock, timeoutMs: options.timeoutMs ?? TIMEOUT_MS });
  const first = requireReply(await probe('/.well-known/oauth-protected-resource/mcp'));
  if (!('ok' in first)) return { origin, findings: [first], passed: [] };
  const context = { identifiers: buildIdentifiers(origin), probe, slowMs: options.slowMs ?? SLOW_MS };
  const checks: readonly (readonly [string, Check])[] = [
    ['the address can be reached', createAddressCheck(options.resolve4 ?? resolve4)],
    ['the protected resource metadata names this address', checkResourceMetadata],
    ['the authorization server metadata names this address', checkServerMetadata],
    ['discovery documents beside the path are passed on', checkInsertedDocuments],
    ['what is not there is said to be missing', checkUnknownDocument],
    ['the MCP endpoint asks to sign in', checkChallenge],
    ['credentials get through', checkAuthorizationHeader],
    ['clients in a browser are let in', checkPreflight],
    ['registration and tokens answer', checkEndpoints],
    ['known clients are not taken for bots', checkUserAgents],
    ['the clocks agree', checkClock],
  ];
  const findings: Finding[] = [];
  const passed: string[] = [];
  for (const [name, check] of checks) {
    const found = await check(context);
    findings.push(...found);
    if (found.length === 0) passed.push(name);
  }
  return { origin, findings, passed };
}

/** The diagnosis in words, one block per finding. */
export function renderDiagnosis({ origin, findings, passed }: Diagnosis): string {
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const blocks = findings.map(({ severity, subject, what, remedy }) => `${severity}  ${subject}\n         ${what}\n         ${remedy}`);
  const verdict =
    problems > 0
      ? `${problems} ${problems === 1 ? 'problem' : 'problems'}: some clients will not connect.`
      : 'Clients should find their way.';
  return [`Looking at ${origin} as MCP clients do`, ...passed.map((name) => `ok       ${name}`), ...blocks, verdict]
    .join('\n')
    .concat('\n');
}

/** 0 when nothing keeps a client out, 1 otherwise. */
export function exitCodeOf({ findings }: Diagnosis): 0 | 1 {
  return findings.some(({ severity }) => severity === 'problem') ? 1 : 0;
}

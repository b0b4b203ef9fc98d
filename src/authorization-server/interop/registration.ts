import { GRANT_TYPES } from '../grant-types.ts';
import { judgeRedirectUri } from '../redirect-policy.ts';
import { RESUME_SCOPE_REGISTRY, parseScopeList, type ScopeRegistry } from '../scopes.ts';
import { applyRules, type InteropRule } from './rule.ts';

/** Client metadata of RFC 7591 §2 as parsed from JSON; nothing in it is checked yet. */
export type RegistrationBody = Record<string, unknown>;

const LINKS = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'] as const;

export const REGISTRATION_RULES = {
  emptyMembers: {
    takes: 'null, an empty text or an empty list for a member that is not set',
    seen: 'MCP Inspector sends `scope: ""`, others `contacts: []` and `client_uri: null` (claude-code #52565)',
    apply(body) {
      for (const [name, value] of Object.entries(body)) {
        const isEmptyList = Array.isArray(value) && value.length === 0 && name !== 'redirect_uris';
        if (value === null || value === '' || isEmptyList) delete body[name];
      }
    },
  },
  linksOfThisComputer: {
    takes: 'a link to a page on the computer the client runs on, which nobody else could open',
    seen: 'use-mcp and mcp-use under development: the origin of their page as `client_uri` (use-mcp src/auth/browser-provider.ts)',
    apply(body) {
      for (const member of LINKS) {
        const link = body[member];
        if (typeof link !== 'string' || !link.startsWith('http://')) continue;
        const judgement = judgeRedirectUri(link);
        if (judgement.ok && judgement.kind === 'loopback') delete body[member];
      }
    },
  },
  nativeByRedirect: {
    takes: 'a loopback or private-use redirect URI without `application_type`',
    seen: 'Claude Code, Gemini CLI, mcp-remote, Inspector v1, Zed, OpenCode, SDK v1 clients (better-auth #10913)',
    apply(body) {
      const uris = body['redirect_uris'];
      if (body['application_type'] !== undefined || !Array.isArray(uris)) return;
      if (uris.some((uri) => typeof uri === 'string' && isOfThisComputer(uri))) body['application_type'] = 'native';
    },
  },
  unknownScopes: {
    takes: 'scopes nobody here knows',
    seen: 'claude.ai `claudeai`; mcp-remote #204; mcp-server-cloudflare #457',
    apply(body, { supported } = RESUME_SCOPE_REGISTRY) {
      if (typeof body['scope'] !== 'string') return;
      const known = parseScopeList(body['scope']).filter((scope) => supported.includes(scope));
      if (known.length > 0) body['scope'] = known.join(' ');
      else delete body['scope'];
    },
  },
  unknownGrants: {
    takes: 'grant types beside a supported one',
    seen: 'VS Code adds device_code (workers-oauth-provider #333), claude.ai jwt-bearer',
    apply: (body) => keepSupported(body, 'grant_types', GRANT_TYPES),
  },
  unknownResponseTypes: {
    takes: 'response types beside `code`',
    seen: 'LibreChat copies whole lists',
    apply: (body) => keepSupported(body, 'response_types', ['code']),
  },
  grantsByDefault: {
    takes: 'no grant types at all, which means code and refresh, not code alone',
    seen: 'clients that send redirect URIs only and then ask for a refresh token every hour (claude-ai-mcp #228, lowdefy #2337)',
    apply(body) {
      if (body['grant_types'] === undefined) body['grant_types'] = [...GRANT_TYPES];
    },
  },
} satisfies Readonly<Record<string, InteropRule<RegistrationBody>>>;

/**
 * Makes the registration of a real client one that the library understands, in place. What is dropped would have been
 * refused; the answer states what is enforced.
 *
 * @param body the parsed request, changed in place
 * Not checked: redirect URIs (redirect-policy.ts), bounds (client-metadata-policy.ts), types that the library validates.
 */
export function tolerateRegistration(body: RegistrationBody, scopes: ScopeRegistry): void {
  applyRules<RegistrationBody>(REGISTRATION_RULES, body, scopes);
}

function isOfThisComputer(uri: string): boolean {
  const judgement = judgeRedirectUri(uri);
  return judgement.ok && judgement.kind !== 'web';
}

/** Leaves a list alone in which nothing is supported: the library refuses it by name. */
function keepSupported(body: RegistrationBody, member: string, supported: readonly string[]): void {
  const values = body[member];
  if (!Array.isArray(values)) return;
  const kept = values.filter((value): value is string => typeof value === 'string' && supported.includes(value));
  if (kept.length > 0) body[member] = [...new Set(kept)];
}

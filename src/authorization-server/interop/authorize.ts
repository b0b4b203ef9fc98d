import { OFFLINE_ACCESS, RESUME_SCOPE_REGISTRY, parseScopeList, type ScopeRegistry } from '../scopes.ts';
import { canonicalizeResource } from './resource.ts';
import { applyRules, type InteropRule, type RequestToResource } from './rule.ts';

/** Parameters of an authorization request as the library parsed them: repeated ones are arrays. */
export type AuthorizeParameters = Record<string, unknown>;

/** In this order: each sees what those before it have made of the request. */
export const AUTHORIZE_RULES = {
  emptyParameters: {
    takes: 'an empty parameter for an absent one (RFC 6749 §3.1)',
    seen: 'ChatGPT sends `scope=` (fastmcp #1794)',
    apply({ parameters }) {
      for (const [name, value] of Object.entries(parameters)) if (value === '' && name !== 'state') delete parameters[name];
    },
  },
  resourceSpellings: {
    takes: 'any spelling of our resource identifier, twice, empty or absent',
    seen: 'Codex with `oauth_resource` configured sends it twice (codex #35716); a trailing slash (vscode #255255); builds of Claude Code without it (claude-code #10572)',
    apply({ parameters, resource }) {
      const canonical = canonicalizeResource(parameters['resource'], resource);
      if (canonical !== null) parameters['resource'] = canonical;
    },
  },
  unknownScopes: {
    takes: 'scopes nobody here knows, beside one that is known',
    seen: 'claude.ai `claudeai`; mcp-remote falls back to scopes of its own (mcp-remote #204, mcp-server-cloudflare #457)',
    apply({ parameters }, scopes) {
      const known = knownScopes(parameters, scopes);
      if (known.length > 0) parameters['scope'] = known.join(' ');
    },
  },
  nothingButToStay: {
    takes: 'offline_access alone, a connection that may do nothing, for no scope in particular',
    seen: 'claude.ai ` offline_access` (claude-ai-mcp #96)',
    apply({ parameters }, scopes) {
      const known = knownScopes(parameters, scopes);
      if (known.length > 0 && known.every((scope) => scope === OFFLINE_ACCESS)) delete parameters['scope'];
    },
  },
  refreshForEverybody: {
    takes: 'a scope without offline_access: the person is asked for it too',
    seen: 'VS Code and SDK v1 clients never ask and would log in every hour (claude-ai-mcp #228, lowdefy #2337)',
    apply({ parameters }, scopes) {
      const known = knownScopes(parameters, scopes);
      if (known.length > 0 && !known.includes(OFFLINE_ACCESS)) parameters['scope'] = [...known, OFFLINE_ACCESS].join(' ');
    },
  },
} satisfies Readonly<Record<string, InteropRule<RequestToResource>>>;

/**
 * Makes an authorization request of a real client one that the library understands, in place. Nothing is widened: what is
 * dropped would have been refused, what is added is asked of the person on the consent page.
 *
 * @param parameters the parsed query or form, changed in place
 * @param resource the canonical resource identifier
 * @param scopes those that are known; left out: those of resumes
 * Not checked: client, redirect URI, PKCE, prompt; the library does.
 */
export function tolerateAuthorize(parameters: AuthorizeParameters, resource: string, scopes?: ScopeRegistry): void {
  applyRules<RequestToResource>(AUTHORIZE_RULES, { parameters, resource }, scopes);
}

/** None when the scope is absent or repeated, which the library refuses. */
function knownScopes(parameters: AuthorizeParameters, { supported }: ScopeRegistry = RESUME_SCOPE_REGISTRY): readonly string[] {
  return typeof parameters['scope'] === 'string' ? parseScopeList(parameters['scope']).filter((scope) => supported.includes(scope)) : [];
}

import { RESUME_SCOPE_REGISTRY, parseScopeList, type ScopeRegistry } from '../scopes.ts';
import { canonicalizeResource } from './resource.ts';
import { applyRules, type InteropRule, type RequestToResource } from './rule.ts';

/** Parameters of a token request as the library parsed the form. */
export type TokenParameters = Record<string, unknown>;

export const TOKEN_RULES = {
  emptyParameters: {
    takes: 'an empty parameter for an absent one (RFC 6749 §3.2)',
    seen: 'public clients send `client_secret=` (uploads #990), Codex an empty secret',
    apply({ parameters }) {
      for (const [name, value] of Object.entries(parameters)) if (value === '') delete parameters[name];
    },
  },
  repeatedScopes: {
    takes: 'the list of scopes that a client began with, on refresh, with those that nobody here knows',
    seen: 'Codex (rmcp), Gemini CLI (oauth-provider.ts) and LibreChat (oauth/handler.ts) repeat it. What the person did not allow is left to refresh-tokens.ts, which takes it as said before and never grants it',
    apply({ parameters }, { supported } = RESUME_SCOPE_REGISTRY) {
      if (typeof parameters['scope'] !== 'string') return;
      const known = parseScopeList(parameters['scope']).filter((scope) => supported.includes(scope));
      if (known.length > 0) parameters['scope'] = known.join(' ');
    },
  },
  resourceSpellings: {
    takes: 'any spelling of our resource identifier, twice or empty',
    seen: 'LibreChat sends one spelling to authorize and another here; a trailing slash (codex #35716)',
    apply({ parameters, resource }) {
      if (parameters['resource'] === undefined) return;
      const canonical = canonicalizeResource(parameters['resource'], resource);
      if (canonical !== null) parameters['resource'] = canonical;
    },
  },
} satisfies Readonly<Record<string, InteropRule<RequestToResource>>>;

/**
 * Makes a token request of a real client one that the library understands, in place.
 *
 * @param parameters the parsed form, changed in place
 * @param resource the canonical resource identifier
 * @param scopes those that are known; left out: those of resumes
 * Not checked: client authentication, code, verifier, refresh token.
 */
export function tolerateToken(parameters: TokenParameters, resource: string, scopes?: ScopeRegistry): void {
  applyRules<RequestToResource>(TOKEN_RULES, { parameters, resource }, scopes);
}

import { isJSONRPCRequest, type JSONRPCMessage } from '@modelcontextprotocol/server';
import { PROMPT_SCOPE, isPrompt } from './prompts.ts';
import { RESUME_URI_TEMPLATE, SCHEMA_URI, parseResumeUri } from './resources.ts';
import type { ToolCatalogue } from './tools.ts';

/**
 * The scopes one message needs, known before it is dispatched, so that a lack of them can still be an HTTP status.
 *
 * Lists need none: they show what the scopes open. A name nobody knows needs none either: it is an error, not a lack.
 * @param hasResumes whether resources and prompts show resumes; otherwise there are none
 * Not checked: the input beyond what decides about scopes, and whose resume it is; the procedure does both.
 */
export function requiredScopesOf(message: JSONRPCMessage, catalogue: ToolCatalogue, hasResumes: boolean): readonly string[] {
  if (!isJSONRPCRequest(message) || (!hasResumes && message.method !== 'tools/call')) return [];
  const params = message.params ?? {};
  switch (message.method) {
    case 'tools/call':
      return typeof params['name'] === 'string' ? (catalogue.find(params['name'])?.scopesOf(params['arguments']) ?? []) : [];
    case 'resources/read':
      return params['uri'] !== SCHEMA_URI && parseResumeUri(params['uri']) !== null ? ['resumes:read'] : [];
    case 'prompts/get':
      return isPrompt(params['name']) ? [PROMPT_SCOPE] : [];
    case 'completion/complete':
      return isOurReference(params['ref']) ? ['resumes:read'] : [];
    default:
      return [];
  }
}

/**
 * What a challenge must name: everything the call needs and the base scope, because a client of a 2025-era revision asks for
 * exactly what the challenge says (MCP authorization, "Scope Challenge Handling").
 *
 * @param own every scope of the resource, the base scope first
 * @returns null when the scopes at hand suffice
 */
export function challengedScopes(required: readonly string[], held: ReadonlySet<string>, own: readonly string[]): readonly string[] | null {
  if (required.every((scope) => held.has(scope))) return null;
  return own.filter((scope, index) => index === 0 || required.includes(scope));
}

function isOurReference(ref: unknown): boolean {
  if (typeof ref !== 'object' || ref === null) return false;
  return ('uri' in ref && ref.uri === RESUME_URI_TEMPLATE) || ('name' in ref && isPrompt(ref.name));
}

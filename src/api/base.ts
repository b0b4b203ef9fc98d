import { os } from '@orpc/server';
import type { ApiKeyStore } from '../authorization-server/api-keys.ts';
import type { GrantChange, GrantChangeOutcome } from '../authorization-server/grant-changes.ts';
import type { Grant } from '../authorization-server/grants.ts';
import { isResumeScope, type ResumeScope } from '../authorization-server/scopes.ts';
import type { Activity, ActivityPage, ActivitySource } from '../db/activity.ts';
import type { ResumeRead, ResumeReadPage } from '../db/resume-reads.ts';
import type { Principal } from '../resource-server/principal.ts';
import { ResumeError } from '../resumes/errors.ts';
import type { ResumeOutput } from '../resumes/publishing/resume-output.ts';
import type { ResumeRepository } from '../resumes/repository.ts';
import type { Actor, ResumeAccess } from '../resumes/visibility.ts';
import { API_ERRORS, toApiError } from './errors.ts';

/** The person's connections, for themselves alone. */
export interface ConnectionDirectory {
  /** Live ones, newest first. */
  list(userId: string): Promise<readonly Grant[]>;
  /** Changes a live one in place; nothing is written unless the outcome is `changed`. */
  change(userId: string, grantId: string, change: GrantChange): Promise<GrantChangeOutcome>;
  /** @returns false when the person has no such connection */
  disconnect(userId: string, grantId: string): Promise<boolean>;
}

/** The person's API keys, for themselves alone. */
export type ApiKeyDirectory = Pick<ApiKeyStore, 'list' | 'create' | 'revoke'>;

/** What happened to the person's account, for themselves alone. */
export interface ActivityDirectory {
  /** Newest first. */
  list(userId: string, page?: ActivityPage): Promise<readonly Activity[]>;
  /** What connections and keys have read, up to now; the latest first. */
  listReads(userId: string, page?: ResumeReadPage): Promise<readonly ResumeRead[]>;
  /** Connections and keys, present and past, newest first. */
  listSources(userId: string): Promise<readonly ActivitySource[]>;
}

/** What every procedure gets. Built once per request by `http` or `mcp` from the authenticated principal. */
export interface ApiContext {
  readonly principal: Principal;
  readonly resumes: ResumeRepository;
  readonly output: ResumeOutput;
  readonly connections: ConnectionDirectory;
  readonly apiKeys: ApiKeyDirectory;
  readonly activity: ActivityDirectory;
  /**
   * Counts that the principal was answered with content of the resume, or with a link to it: for procedures to call when nothing can
   * refuse the answer any more. Costs no query, and counts nothing for the owner in a browser.
   */
  readonly countRead: (principal: Principal, resumeId: string) => void;
  /** Links in answers are built from configuration. */
  readonly appUrl: string;
  readonly requestId: string;
}

/** How a procedure shows up as an MCP tool. Absent: not a tool. */
export interface ToolMeta {
  readonly name: string;
  readonly title: string;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

export interface ProcedureMeta {
  /** Every scope the procedure needs, whatever its input. */
  readonly scopes?: readonly string[];
  /** What this input needs besides. The input is unchecked: look at it, don't trust it. */
  readonly extraScopes?: (input: unknown) => readonly string[];
  readonly tool?: ToolMeta;
}

/**
 * Every scope one call needs, known before it is dispatched. Pure; the procedure checks the same itself.
 *
 * @param procedure any procedure of the router
 * @param input as it came, unchecked
 */
export function requiredScopes(procedure: { readonly '~orpc': { readonly meta: ProcedureMeta } }, input: unknown): readonly string[] {
  const { scopes = [], extraScopes } = procedure['~orpc'].meta;
  return [...new Set([...scopes, ...(extraScopes?.(input) ?? [])])];
}

/** Whose resumes the principal reaches, and which: an access token only those of its grant. */
function toResumeAccess(principal: Principal): ResumeAccess {
  return { userId: principal.userId, resumeSetId: principal.method === 'access_token' ? principal.grantId : null };
}

/** Who the record of a change names. */
function toActor(principal: Principal): Actor {
  switch (principal.method) {
    case 'session':
      return { kind: 'owner', id: principal.userId, name: principal.userName };
    case 'api_key':
      return { kind: 'api_key', id: principal.apiKeyId, name: principal.apiKeyName };
    case 'access_token':
      return { kind: 'connection', id: principal.grantId, name: null };
  }
}

/**
 * A procedure for anybody who is authenticated. What the domain refuses becomes the declared error of the same code, and the
 * scopes of {@link requiredScopes} are checked before the input is.
 */
const authenticated = os
  .$context<ApiContext & Record<never, never>>()
  .$meta<ProcedureMeta & Record<never, never>>({})
  .errors({ insufficient_scope: API_ERRORS.insufficient_scope })
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw error instanceof ResumeError ? toApiError(error) : error;
    }
  })
  .use(async ({ context, procedure, errors, next }, input) => {
    const scopes = requiredScopes(procedure, input);
    if (!scopes.every((scope) => context.principal.scopes.has(scope)))
      throw errors.insufficient_scope({ data: { scopes: scopes.filter(isResumeScope) } });
    const { principal } = context;
    return next({ context: { access: toResumeAccess(principal), actor: toActor(principal) } });
  });

/** A procedure for the person in their browser alone: neither a connection nor an API key may manage the others. */
export const withSession = authenticated.errors({ session_required: API_ERRORS.session_required }).use(({ context, errors, next }) => {
  if (context.principal.method !== 'session') throw errors.session_required();
  return next();
});

/** A procedure that needs these scopes, and is this tool. */
export function withScope(scopes: readonly ResumeScope[], tool: ToolMeta, extraScopes?: ProcedureMeta['extraScopes']) {
  return authenticated.meta({ scopes, tool, ...(extraScopes !== undefined && { extraScopes }) });
}

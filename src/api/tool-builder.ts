import { os } from '@orpc/server';
import type { Principal } from '../resource-server/principal.ts';
import { requiredScopes, type ProcedureMeta, type ToolMeta } from './base.ts';

/** What a procedure of another service gets with every call; its own database it has by itself. */
export interface ServiceContext {
  /** Who calls: authenticated, and their connection live. Whose data it is: `userId`. */
  readonly principal: Principal;
  readonly requestId: string;
}

const authorized = os
  .$context<ServiceContext & Record<never, never>>()
  .$meta<ProcedureMeta & Record<never, never>>({})
  .errors({ insufficient_scope: { status: 403, message: 'The connection lacks a scope' } })
  .use(({ context, procedure, errors, next }, input) => {
    if (!requiredScopes(procedure, input).every((scope) => context.principal.scopes.has(scope))) throw errors.insufficient_scope();
    return next();
  });

/**
 * Begins an oRPC procedure that is an MCP tool: add `.route({ description })`, `.input`, `.output` (zod objects) and `.handler`. A call without
 * the scopes is refused before the input is looked at; over MCP with a challenge, so that the person is asked (RFC 6750 §3.1).
 */
export function createTool(tool: ToolMeta & { readonly scopes: readonly string[] }) {
  const { scopes, ...meta } = tool;
  return authorized.meta({ scopes, tool: meta });
}

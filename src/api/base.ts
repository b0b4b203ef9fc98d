import type { ResumeScope } from '../authorization-server/scopes.ts';
import type { Principal } from '../resource-server/principal.ts';
import type { ResumeRepository } from '../resumes/repository.ts';

/** What every procedure gets. Built once per request by `http` or `mcp` from the authenticated principal. */
export interface ApiContext {
  readonly principal: Principal;
  readonly resumes: ResumeRepository;
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
  readonly scopes?: readonly ResumeScope[];
  readonly tool?: ToolMeta;
}

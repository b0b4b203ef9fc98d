import { OpenAPIHandler } from '@orpc/openapi/fetch';
import { ORPCError, ValidationError } from '@orpc/server';
import { RPCHandler, type FetchHandleResult } from '@orpc/server/fetch';
import { isDatabaseUnavailable } from '../db/unavailable.ts';
import { toPointer } from '../resumes/pointer.ts';
import type { ApiContext } from './base.ts';
import { toTypedQuery } from './query-input.ts';
import type { Router } from './router.ts';

const RPC_PREFIX = '/api/rpc';
export const REST_PREFIX = '/api/v1';

const RETRY_AFTER_SECONDS = '2';

export interface ApiHandlers {
  /** Answers a request under {@link RPC_PREFIX} (oRPC's own protocol). */
  rpc(request: Request, context: ApiContext): Promise<Response>;
  /** Answers a request under {@link REST_PREFIX}, as the OpenAPI document describes. */
  rest(request: Request, context: ApiContext): Promise<Response>;
}

interface CallOptions {
  readonly context: ApiContext;
  readonly input: unknown;
}

/**
 * Serves the router over HTTP. The caller has authenticated the request, bounded its body and refused foreign mutations
 * ({@link isForeignMutation}); credentials in the headers are neither read nor passed on.
 *
 * Errors: declared ones by their status; input that the schema refuses is 400 `BAD_REQUEST` with every problem by pointer; a
 * database that is away is 503 with Retry-After; anything else is 500 with the request id and no text of its own.
 *
 * @param report told of every failure whose text stays inside
 */
export function createApiHandlers(options: {
  readonly router: Router;
  readonly report: (error: unknown, context: ApiContext) => void;
}): ApiHandlers {
  const answer = async <Options extends CallOptions & { next(changed?: Options): Promise<unknown> }>(call: Options, input: unknown) => {
    try {
      return await call.next({ ...call, input });
    } catch (error) {
      throw toWireError(error, call.context, options.report);
    }
  };
  const rpc = new RPCHandler<ApiContext & Record<never, never>>(options.router, {
    clientInterceptors: [(call) => answer(call, call.input)],
  });
  const rest = new OpenAPIHandler<ApiContext & Record<never, never>>(options.router, {
    clientInterceptors: [
      (call) => {
        const { route, inputSchema } = call.procedure['~orpc'];
        return answer(call, route.method === 'GET' ? toTypedQuery(inputSchema, call.input) : call.input);
      },
    ],
  });
  return {
    rpc: async (request, context) => toResponse(await rpc.handle(request, { prefix: RPC_PREFIX, context })),
    rest: async (request, context) => toResponse(await rest.handle(request, { prefix: REST_PREFIX, context })),
  };
}

function toWireError(error: unknown, context: ApiContext, report: (error: unknown, context: ApiContext) => void): unknown {
  if (isDatabaseUnavailable(error)) {
    report(error, context);
    return new ORPCError('SERVICE_UNAVAILABLE', { message: 'The server is not available right now. Try again in a moment.' });
  }
  if (error instanceof ORPCError && error.status < 500) {
    if (!(error.cause instanceof ValidationError)) return error;
    const problems = error.cause.issues.map((issue) => ({
      pointer: toPointer((issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment))),
      expected: issue.message,
    }));
    return new ORPCError('BAD_REQUEST', { message: 'The input is not valid; nothing was changed.', data: { problems } });
  }
  report(error, context);
  return new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Something went wrong here.', data: { requestId: context.requestId } });
}

function toResponse(result: FetchHandleResult): Response {
  const response = result.matched
    ? result.response
    : Response.json({ defined: false, code: 'NOT_FOUND', status: 404, message: 'There is no such operation.' }, { status: 404 });
  response.headers.set('cache-control', 'no-store');
  if (response.status === 503) response.headers.set('retry-after', RETRY_AFTER_SECONDS);
  return response;
}

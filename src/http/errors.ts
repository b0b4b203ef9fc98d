import { isDatabaseUnavailable } from '../db/unavailable.ts';

export const RETRY_AFTER_SECONDS = 2;

/**
 * Answers what nobody below has answered. The text of the error stays inside; the request id leads to it in the log.
 * A database that is away is 503: it never looks like a bad token, and never like success.
 */
export function buildErrorResponse(error: unknown, requestId: string): Response {
  const unavailable = isDatabaseUnavailable(error);
  return Response.json(
    unavailable
      ? {
          error: 'temporarily_unavailable',
          error_description: 'The service is not available at the moment; try again shortly',
          request_id: requestId,
        }
      : { error: 'server_error', error_description: 'Something went wrong on our side', request_id: requestId },
    {
      status: unavailable ? 503 : 500,
      headers: { 'cache-control': 'no-store', ...(unavailable ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}) },
    },
  );
}

/** The answer to a path that nothing serves, for programs. */
export function buildNotFound(): Response {
  return Response.json(
    { error: 'not_found', error_description: 'Nothing is here' },
    { status: 404, headers: { 'cache-control': 'no-store' } },
  );
}

/** RFC 9110 §15.5.6: the answer names what would have worked. */
export function buildMethodNotAllowed(methods: readonly string[]): Response {
  return Response.json(
    { error: 'method_not_allowed', error_description: `This address answers ${methods.join(', ')}` },
    { status: 405, headers: { allow: methods.join(', '), 'cache-control': 'no-store' } },
  );
}

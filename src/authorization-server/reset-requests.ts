import { peekText } from '../buffered-request.ts';
import { z } from 'zod';

const bodySchema = z.object({ email: z.email() });

/** What the library answers, whether there is such an account or not. */
const ANSWER = { status: true, message: 'If this email exists in our system, check your email for the reset link' };

/**
 * Whether a request for a reset link can be answered before anybody has looked whether there is such an account: then not even
 * the time it takes tells. Any other request is refused by the library, which needs no account for that.
 */
export async function isResetRequest(request: Request, endpoint: string): Promise<boolean> {
  if (request.method !== 'POST' || endpoint !== 'request-password-reset') return false;
  if (!(request.headers.get('content-type') ?? '').startsWith('application/json')) return false;
  try {
    return bodySchema.safeParse(JSON.parse(await peekText(request))).success;
  } catch {
    // Not JSON: refused by the library.
    return false;
  }
}

export function buildResetAnswer(): Response {
  return Response.json(ANSWER, { headers: { 'cache-control': 'no-store' } });
}

/** Too many are under way. */
export function buildResetBusy(): Response {
  return Response.json({ code: 'BUSY', message: 'Try again in a moment' }, { status: 503, headers: { 'retry-after': '5' } });
}

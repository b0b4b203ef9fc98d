import type { AuthAnswer } from './auth-caller.ts';
import { formatTime } from './components/data.tsx';
import type { FormProblem } from './components/feedback.tsx';
import { handOver } from './hand-over.tsx';
import type { MessageKey, Messages } from './messages.ts';
import type { PageRequest, PageTools } from './page.ts';
import type { PendingRequest } from './pending-request.ts';
import { parseOwnPath, toOwnPath } from './signed-query.ts';

/** As the library has it configured, in UTF-16 units. */
export const MIN_PASSWORD_CHARACTERS = 8;
export const MAX_PASSWORD_CHARACTERS = 128;

/** What the auth library's codes mean for a person, and the field they are about. Others say only that it was refused. */
const PROBLEM_OF_CODE: Readonly<Record<string, { readonly field: string | null; readonly key: MessageKey }>> = {
  INVALID_EMAIL_OR_PASSWORD: { field: null, key: 'invalid.credentials' },
  INVALID_EMAIL: { field: 'email', key: 'invalid.email' },
  INVALID_PASSWORD: { field: 'password', key: 'invalid.passwordMissing' },
  PASSWORD_TOO_SHORT: { field: 'password', key: 'invalid.passwordShort' },
  PASSWORD_TOO_LONG: { field: 'password', key: 'invalid.passwordLong' },
  USER_ALREADY_EXISTS: { field: 'email', key: 'invalid.emailTaken' },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: { field: 'email', key: 'invalid.emailTaken' },
  EMAIL_NOT_VERIFIED: { field: null, key: 'invalid.emailUnverified' },
};

/** The code for somebody who has proved who they are, and whose account an operator has closed. */
const ACCOUNT_CLOSED = 'ACCOUNT_CLOSED';

function describeClosed(messages: Messages, { reason, until }: AuthAnswer['closed']): string {
  return [
    until === null
      ? messages.text('invalid.accountClosed')
      : messages.text('invalid.accountClosedUntil', { until: formatTime(messages, until) }),
    ...(reason === null ? [] : [messages.text('invalid.accountClosedReason', { reason })]),
  ].join(' ');
}

/** Turns a refusal of sign-in or sign-up into what the form shows. */
export function toCredentialProblem({ messages }: Pick<PageTools, 'messages'>, answer: AuthAnswer): FormProblem {
  if (answer.status === 429) return { field: null, text: messages.text('invalid.tooMany') };
  if (answer.code === ACCOUNT_CLOSED) return { field: null, text: describeClosed(messages, answer.closed) };
  const known = answer.code !== null && Object.hasOwn(PROBLEM_OF_CODE, answer.code) ? PROBLEM_OF_CODE[answer.code] : undefined;
  return known === undefined
    ? { field: null, text: messages.text('invalid.refused') }
    : { field: known.field, text: messages.text(known.key) };
}

/**
 * Where to go with a session that has just begun: on with the authorization request, to the page the person wanted, or home.
 * The library's answer names the next page of the flow, or the client's own address when nothing is left to ask.
 */
export async function leaveSignedIn(tools: PageTools, page: PageRequest, signedIn: AuthAnswer, context: SignInContext): Promise<Response> {
  const { identifiers } = tools.deps;
  const { pending, next } = context;
  const answer = await passSignUp(tools, page, signedIn);
  if (pending === null) return tools.respond.seeOther(parseOwnPath(next, identifiers.origin) ?? '/', answer.setCookies);
  if (answer.location === null) return tools.respond.problem('startAgain', page);
  const ownPath = toOwnPath(answer.location, identifiers);
  if (ownPath !== null) return tools.respond.seeOther(ownPath, answer.setCookies);
  return handOver(tools, page, {
    location: answer.location,
    clientName: pending.clientName,
    reason: 'continuing',
    setCookies: answer.setCookies,
  });
}

/**
 * `prompt=create` leads to the sign-up page until the library is told that there is an account now: made, or chosen by the link
 * to sign in. Untold, it would lead there again and again.
 */
async function passSignUp(tools: PageTools, page: PageRequest, answer: AuthAnswer): Promise<AuthAnswer> {
  const path = answer.location === null ? null : toOwnPath(answer.location, tools.deps.identifiers);
  if (path === null || !path.startsWith('/sign-up?')) return answer;
  const body = { created: true, oauth_query: path.slice('/sign-up?'.length) };
  const next = await tools.auth.post(page.request, 'oauth2/continue', body, answer.setCookies);
  return { ...next, setCookies: [...answer.setCookies, ...next.setCookies] };
}

/** The query that opens `/sign-in` and its neighbours for the same purpose; null when there is none. */
export function toSignInQuery({ pending, next }: SignInContext): string | null {
  return pending?.query ?? (next === null ? null : new URLSearchParams({ next }).toString());
}

/** What a sign-in or sign-up form carries along. */
export interface SignInContext {
  readonly pending: PendingRequest | null;
  /** A path on this origin the person wanted; untrusted until {@link parseOwnPath}. */
  readonly next: string | null;
}

import type { SignInContext } from './credentials.ts';
import { formValue, type PageRequest, type PageTools } from './page.ts';
import { readPendingRequest } from './pending-request.ts';
import { parseOwnPath } from './signed-query.ts';

/** What a page on the way to a session is for, or the page that says why it can't go on. */
export type SignInContextResult =
  | { readonly ok: true; readonly context: SignInContext }
  | { readonly ok: false; readonly response: Response };

type Tools = Pick<PageTools, 'deps' | 'respond'>;

/** Reads it from the query that a page is opened with. */
export async function openSignInContext({ deps, respond }: Tools, page: PageRequest): Promise<SignInContextResult> {
  const result = await readPendingRequest({ deps }, page.query);
  if (result.kind === 'refused') return { ok: false, response: respond.problem(result.problem, page) };
  const next = parseOwnPath(new URLSearchParams(page.query).get('next'), deps.identifiers.origin);
  return { ok: true, context: { pending: result.kind === 'pending' ? result.pending : null, next } };
}

/** Reads it back from the hidden fields of a form. What was an authorization request must still be one. */
export async function readSignInContext({ deps, respond }: Tools, page: PageRequest): Promise<SignInContextResult> {
  const query = formValue(page.form, 'oauth_query');
  const result = await readPendingRequest({ deps }, query);
  if (result.kind === 'pending') return { ok: true, context: { pending: result.pending, next: formValue(page.form, 'next') } };
  if (result.kind === 'none' && query === null) return { ok: true, context: { pending: null, next: formValue(page.form, 'next') } };
  return { ok: false, response: respond.problem(result.kind === 'refused' ? result.problem : 'startAgain', page) };
}

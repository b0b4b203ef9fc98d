import type { MessageKey } from './messages.ts';

/** What an error page can be about. */
export type ProblemKind =
  | 'notFound'
  | 'methodNotAllowed'
  | 'crossSite'
  | 'staleForm'
  | 'malformed'
  | 'tooLarge'
  | 'tooMany'
  | 'internal'
  | 'unavailable'
  | 'startAgain'
  | 'unknownClient'
  | 'clientMetadata'
  | 'redirect'
  | 'request'
  | 'disabled'
  | 'denied';

export const PROBLEM_STATUS: Readonly<Record<ProblemKind, number>> = {
  notFound: 404,
  methodNotAllowed: 405,
  crossSite: 403,
  staleForm: 403,
  malformed: 400,
  tooLarge: 413,
  tooMany: 429,
  internal: 500,
  unavailable: 503,
  startAgain: 400,
  unknownClient: 400,
  clientMetadata: 400,
  redirect: 400,
  request: 400,
  disabled: 400,
  denied: 400,
};

/** Problems that end with the client having to register anew; their page lists how. */
export const PROBLEMS_WITH_RECOVERY: ReadonlySet<ProblemKind> = new Set<ProblemKind>(['unknownClient', 'redirect']);

const PROBLEM_OF_AUTHORIZATION_ERROR: Readonly<Record<string, ProblemKind>> = {
  invalid_client: 'unknownClient',
  client_metadata: 'clientMetadata',
  client_disabled: 'disabled',
  unauthorized_client: 'request',
  invalid_redirect: 'redirect',
  invalid_redirect_uri: 'redirect',
  invalid_signature: 'startAgain',
  access_denied: 'denied',
  server_error: 'internal',
  temporarily_unavailable: 'unavailable',
};

/** @param code the `error` of an authorization request that may not be answered to the client (RFC 6749 §4.1.2.1) */
export function toProblemKind(code: string | null): ProblemKind {
  if (code === null || !Object.hasOwn(PROBLEM_OF_AUTHORIZATION_ERROR, code)) return 'request';
  return PROBLEM_OF_AUTHORIZATION_ERROR[code] ?? 'request';
}

export function problemText(kind: ProblemKind, part: 'title' | 'what' | 'then'): MessageKey {
  return `problem.${kind}.${part}`;
}

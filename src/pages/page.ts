import type { VNode } from 'preact';
import type { SessionPrincipal } from '../resource-server/principal.ts';
import type { ScriptName } from './assets.ts';
import type { AppKind } from './app-kinds.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { AuthCaller } from './auth-caller.ts';
import type { Csrf } from './csrf.ts';
import type { PageDependencies, RequestInfo } from './dependencies.ts';
import type { Messages } from './messages.ts';
import type { ProblemKind } from './problems.ts';

/** One request as handlers see it: method, origin and form token have been dealt with. */
export interface PageRequest {
  readonly request: Request;
  readonly path: string;
  /** Query without the question mark, byte for byte. */
  readonly query: string;
  /** Values of the `:name` parts of the route's path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly info: RequestInfo;
  /**
   * Path and query that show this page again, in another language. Null for what answers a form: it holds what was typed, or is
   * shown only once.
   */
  readonly returnTo: string | null;
  readonly session: SessionPrincipal | null;
  /** Fields of a POST, a file as its text; empty for a GET. */
  readonly form: URLSearchParams;
}

export interface SignedInRequest extends PageRequest {
  readonly session: SessionPrincipal;
}

/** What handlers work with. */
export interface PageTools {
  readonly deps: PageDependencies;
  /** In the language of the request. */
  readonly messages: Messages;
  readonly csrf: Csrf;
  readonly auth: AuthCaller;
  readonly respond: Responder;
  /** Bounds guesses at the password of a published resume, in all languages together. */
  readonly passwordAttempts: AttemptLimit;
}

interface RouteBase {
  readonly method: 'GET' | 'POST';
  /** `/resumes/:id` style. */
  readonly path: string;
  /** Its form sends a file (multipart/form-data, RFC 7578). */
  readonly takesFile?: true;
}

/**
 * A page route. `signed_in` routes get a session, and their POSTs only after the form token has been verified; visitors
 * without one are sent to sign in.
 */
export type PageRoute =
  | (RouteBase & { readonly access: 'anyone'; handle(page: PageRequest): Promise<Response> })
  | (RouteBase & {
      readonly access: 'signed_in';
      handle(page: SignedInRequest): Promise<Response>;
      /** Answers a POST whose form token is of another session, and changes nothing; by default an error page. */
      handleStaleForm?(page: SignedInRequest): Promise<Response>;
    });

/** A page to answer with. */
export interface PageView {
  readonly title: string;
  readonly body: VNode;
  readonly status?: number;
  /** The form came back with problems: said first in the title. */
  readonly hasProblems?: boolean;
  /** The page has a part that only a script can do; everything else works without. */
  readonly script?: ScriptName;
  /** The page frames another one of ours. */
  readonly hasFrame?: boolean;
  /** Whatever the person's system prefers; for the styleguide alone. */
  readonly scheme?: 'light' | 'dark';
  /** Where no script runs, the browser opens the page anew after so long. */
  readonly refreshSeconds?: number;
}

export interface FlowView extends PageView {
  readonly width?: 'narrow' | 'wide';
  /** Address to leave for at once. */
  readonly refreshTo?: string;
  readonly setCookies?: readonly string[];
}

/** Turns views into responses: one place for document, layout, status and headers. */
export interface Responder {
  /** A page of the sign-in and consent flow. */
  flow(page: Pick<PageRequest, 'returnTo'>, view: FlowView): Response;
  /** A page under the owner's navigation. */
  owner(page: Pick<PageRequest, 'path' | 'session' | 'returnTo'>, view: PageView): Response;
  /**
   * @param detail what the other side said about it: untrusted
   * @param apps which the person may have come from, for problems that end with registering anew
   */
  problem(kind: ProblemKind, page: Pick<PageRequest, 'info' | 'returnTo'>, detail?: string | null, apps?: readonly AppKind[]): Response;
  /** 303 (RFC 9110 §15.4.4): the method becomes GET. @param location a path on this origin */
  seeOther(location: string, setCookies?: readonly string[]): Response;
}

/** The value of a field that must stand at most once; null when absent, repeated or holding a NUL. */
export function formValue(form: URLSearchParams, name: string): string | null {
  const values = form.getAll(name);
  const value = values[0];
  return values.length === 1 && value !== undefined && !value.includes('\0') ? value : null;
}

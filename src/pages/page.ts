import type { VNode } from 'preact';
import type { SessionPrincipal } from '../resource-server/principal.ts';
import type { ScriptName } from './assets.ts';
import type { AppKind } from './app-kinds.ts';
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
  readonly messages: Messages;
  readonly csrf: Csrf;
  readonly auth: AuthCaller;
  readonly respond: Responder;
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
  flow(view: FlowView): Response;
  /** A page under the owner's navigation. */
  owner(page: Pick<PageRequest, 'path' | 'session'>, view: PageView): Response;
  /** @param apps which the person may have come from, for problems that end with registering anew */
  problem(kind: ProblemKind, reference: string, detail?: string | null, apps?: readonly AppKind[]): Response;
  /** 303 (RFC 9110 §15.4.4): the method becomes GET. @param location a path on this origin */
  seeOther(location: string, setCookies?: readonly string[]): Response;
}

/** The value of a field that must stand at most once; null when absent, repeated or holding a NUL. */
export function formValue(form: URLSearchParams, name: string): string | null {
  const values = form.getAll(name);
  const value = values[0];
  return values.length === 1 && value !== undefined && !value.includes('\0') ? value : null;
}

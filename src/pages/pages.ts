import { createLanguageChoice, type Language } from '../language.ts';
import { createAssets, toAssetResponse, type Asset } from './assets.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { AuthFailure, createAuthCaller } from './auth-caller.ts';
import { createCsrf, isSameOriginPost } from './csrf.ts';
import type { PageDependencies, RequestInfo } from './dependencies.ts';
import { createServiceMessages, MESSAGES } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type Responder } from './page.ts';
import type { ProblemKind } from './problems.ts';
import { createResponder } from './responder.tsx';
import { buildPageRoutes, matchPath } from './routes.ts';
import { toFlowPath } from './signed-query.ts';

/** The server-rendered pages. */
export interface Pages {
  /** Method and path pattern of every page, for the HTTP layer's table. */
  readonly routes: readonly { readonly method: 'GET' | 'POST'; readonly path: string }[];
  /** Where the stylesheet is served, for documents beside the pages. */
  readonly stylesheetPath: string;
  /** @returns null when there is no such page; the bounds on body size are the caller's */
  fetch(request: Request, info: RequestInfo): Promise<Response | null>;
  /** An error page for what happens outside the pages, e.g. an unknown path. */
  problem(kind: ProblemKind, request: IncomingRequest, info: RequestInfo): Response;
}

/** What language and way back are read from. */
type IncomingRequest = Pick<Request, 'method' | 'url' | 'headers'>;

/** The pages in one language; the routes are the same ones, in the same order, in each. */
interface Translation {
  readonly routes: readonly PageRoute[];
  readonly respond: Responder;
}

type OpenedPage = Omit<PageRequest, 'form' | 'session'>;

const PASSWORD_ATTEMPTS = { attempts: 10, windowSeconds: 15 * 60 };

/**
 * Creates the pages. Every POST is checked here, before any handler: same origin, form encoding, and on signed-in routes a
 * form token of the session. GET and HEAD change nothing.
 *
 * Rejects with what a dependency rejects with (the caller knows which of those means 503), except that a failure the auth
 * library answers by itself becomes an error page of status 500 or 503.
 */
export function createPages(deps: PageDependencies): Pages {
  const assets = createAssets();
  const files: readonly Asset[] = [assets.stylesheet, assets.schemes, assets.icon, ...Object.values(assets.scripts)];
  const assetsByPath = new Map(files.map((asset) => [asset.path, asset]));
  const languages = createLanguageChoice(deps.identifiers);
  const csrf = createCsrf(deps.csrfKeys, deps.randomBytes);
  const passwordAttempts = createAttemptLimit(deps.clock, PASSWORD_ATTEMPTS);
  const build = (language: Language): Translation => {
    const messages = deps.service === undefined ? MESSAGES[language] : createServiceMessages(language, deps.service);
    const respond = createResponder(messages, assets, deps.randomBytes, deps.identifiers.base);
    const auth = createAuthCaller(deps, language);
    return { respond, routes: buildPageRoutes({ deps, messages, csrf, auth, respond, passwordAttempts }) };
  };
  const translations: Readonly<Record<Language, Translation>> = { en: build('en'), de: build('de') };
  /** @param query what the page was opened with, a signed authorization request maybe */
  const translate = (request: IncomingRequest, query: string) =>
    translations[languages.choose(request.headers, new URLSearchParams(query).get('ui_locales'))];

  async function answer(request: Request, info: RequestInfo): Promise<Response | null> {
    const url = new URL(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const asset = assetsByPath.get(url.pathname);
    if (asset !== undefined)
      return method === 'GET' ? toAssetResponse(asset, request.headers.get('accept-encoding')) : refuseMethod(['GET'], request, info);
    const matches = translations.en.routes.flatMap((route, index) => {
      const params = matchPath(route.path, url.pathname);
      return params === null ? [] : [{ route, index, params }];
    });
    if (matches[0] === undefined) return null;
    info.onRoute?.(matches[0].route.path);
    const match = matches.find(({ route }) => route.method === method);
    if (match === undefined) {
      const methods = matches.map(({ route }) => route.method);
      return refuseMethod(methods, request, info);
    }
    const { route, index, params } = match;
    const base = { request, path: url.pathname, query: url.search.slice(1), params, info, returnTo: toReturnPath(request) };
    if (method === 'GET') return open(translate(request, base.query), index, base, new URLSearchParams());
    const { respond } = translate(request, base.query);
    if (!isSameOriginPost(request.headers, deps.identifiers.origin)) return respond.problem('crossSite', base);
    const form = await readForm(request, route.takesFile === true);
    if (form === null) return respond.problem('malformed', base);
    return open(translate(request, formValue(form, 'oauth_query') ?? ''), index, base, form);
  }

  async function open({ routes, respond }: Translation, index: number, base: OpenedPage, form: URLSearchParams): Promise<Response> {
    const route = routes[index];
    if (route === undefined) throw new RangeError('languages with different routes');
    const { request } = base;
    const session = await deps.resolveSession(request);
    if (route.access === 'anyone') return route.handle({ ...base, form, session });
    if (session === null) return respond.seeOther(toSignIn(base, form));
    const page = { ...base, form, session };
    if (route.method === 'POST' && !csrf.verify(session.sessionId, formValue(form, 'csrf')))
      return route.handleStaleForm?.(page) ?? respond.problem('staleForm', page);
    return route.handle(page);
  }

  function showProblem(kind: ProblemKind, request: IncomingRequest, info: RequestInfo): Response {
    const returnTo = toReturnPath(request);
    return translate(request, new URL(request.url).search).respond.problem(kind, { info, returnTo });
  }

  function refuseMethod(methods: readonly ('GET' | 'POST')[], request: Request, info: RequestInfo): Response {
    const response = showProblem('methodNotAllowed', request, info);
    const allowed = new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
    response.headers.set('allow', [...allowed].join(', '));
    return response;
  }

  return {
    stylesheetPath: assets.stylesheet.path,
    routes: translations.en.routes.map(({ method, path }) => ({ method, path })),
    async fetch(request, info) {
      try {
        const response = await answer(request, info);
        return response !== null && request.method === 'HEAD' ? new Response(null, response) : response;
      } catch (error) {
        if (!(error instanceof AuthFailure)) throw error;
        const response = showProblem(error.status === 503 ? 'unavailable' : 'internal', request, info);
        if (error.status === 503) response.headers.set('retry-after', '5');
        return response;
      }
    },
    problem: showProblem,
  };
}

/** The fields of a form, a file as its text; null for what is no form that the route takes. */
async function readForm(request: Request, takesFile: boolean): Promise<URLSearchParams | null> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(await request.text());
  if (type !== 'multipart/form-data' || !takesFile) return null;
  const form = new URLSearchParams();
  try {
    for (const [name, value] of await request.formData()) form.append(name, typeof value === 'string' ? value : await value.text());
  } catch (error) {
    // What does not parse; the body itself has been read already.
    if (error instanceof TypeError) return null;
    throw error;
  }
  return form;
}

/** The same page again, where opening it again shows the same. */
function toReturnPath({ method, url }: IncomingRequest): string | null {
  const { pathname, search } = new URL(url);
  return method === 'GET' ? `${pathname}${search}` : null;
}

/** Pages of the flow keep their signed query on the way through sign-in; other pages come back by path. */
function toSignIn({ path, query, request }: Pick<PageRequest, 'path' | 'query' | 'request'>, form: URLSearchParams): string {
  if (path === '/consent' && request.method !== 'POST') return toFlowPath('/sign-in', query);
  if (request.method === 'POST') return toFlowPath('/sign-in', formValue(form, 'oauth_query'));
  return `/sign-in?${new URLSearchParams({ next: query === '' ? path : `${path}?${query}` })}`;
}

import { createAssets, toAssetResponse, type Asset } from './assets.ts';
import { AuthFailure, createAuthCaller } from './auth-caller.ts';
import { createCsrf, isSameOriginPost } from './csrf.ts';
import type { PageDependencies, RequestInfo } from './dependencies.ts';
import { ENGLISH_MESSAGES } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
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
  problem(kind: ProblemKind, info: RequestInfo): Response;
}

/**
 * Creates the pages. Every POST is checked here, before any handler: same origin, form encoding, and on signed-in routes a
 * form token of the session. GET and HEAD change nothing.
 *
 * Rejects with what a dependency rejects with (the caller knows which of those means 503), except that a failure the auth
 * library answers by itself becomes an error page of status 500 or 503.
 */
export function createPages(deps: PageDependencies): Pages {
  const messages = ENGLISH_MESSAGES;
  const assets = createAssets();
  const files: readonly Asset[] = [assets.stylesheet, assets.icon, ...Object.values(assets.scripts)];
  const assetsByPath = new Map(files.map((asset) => [asset.path, asset]));
  const respond = createResponder(messages, assets, deps.randomBytes);
  const csrf = createCsrf(deps.csrfKey, deps.randomBytes);
  const tools: PageTools = { deps, messages, csrf, auth: createAuthCaller(deps), respond };
  const routes = buildPageRoutes(tools);

  async function answer(request: Request, info: RequestInfo): Promise<Response | null> {
    const url = new URL(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const asset = assetsByPath.get(url.pathname);
    if (asset !== undefined) return method === 'GET' ? toAssetResponse(asset) : refuseMethod(['GET'], info);
    const matches = routes.flatMap((route) => {
      const params = matchPath(route.path, url.pathname);
      return params === null ? [] : [{ route, params }];
    });
    if (matches[0] === undefined) return null;
    info.onRoute?.(matches[0].route.path);
    const match = matches.find(({ route }) => route.method === method);
    if (match === undefined)
      return refuseMethod(
        matches.map(({ route }) => route.method),
        info,
      );
    return open(match.route, { request, path: url.pathname, query: url.search.slice(1), params: match.params, info });
  }

  async function open(route: PageRoute, base: Pick<PageRequest, 'request' | 'path' | 'query' | 'params' | 'info'>): Promise<Response> {
    const { request, info } = base;
    if (route.method === 'POST' && !isSameOriginPost(request.headers, deps.identifiers.issuer))
      return respond.problem('crossSite', info.requestId);
    const form = route.method === 'POST' ? await readForm(request, route.takesFile === true) : new URLSearchParams();
    if (form === null) return respond.problem('malformed', info.requestId);
    const session = await deps.resolveSession(request);
    if (route.access === 'anyone') return route.handle({ ...base, form, session });
    if (session === null) return respond.seeOther(toSignIn(base, form));
    const page = { ...base, form, session };
    if (route.method === 'POST' && !csrf.verify(session.sessionId, formValue(form, 'csrf')))
      return route.handleStaleForm?.(page) ?? respond.problem('staleForm', info.requestId);
    return route.handle(page);
  }

  function refuseMethod(methods: readonly ('GET' | 'POST')[], info: RequestInfo): Response {
    const response = respond.problem('methodNotAllowed', info.requestId);
    const allowed = new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
    response.headers.set('allow', [...allowed].join(', '));
    return response;
  }

  return {
    stylesheetPath: assets.stylesheet.path,
    routes: routes.map(({ method, path }) => ({ method, path })),
    async fetch(request, info) {
      try {
        const response = await answer(request, info);
        return response !== null && request.method === 'HEAD' ? new Response(null, response) : response;
      } catch (error) {
        if (!(error instanceof AuthFailure)) throw error;
        const response = respond.problem(error.status === 503 ? 'unavailable' : 'internal', info.requestId);
        if (error.status === 503) response.headers.set('retry-after', '5');
        return response;
      }
    },
    problem: (kind, info) => respond.problem(kind, info.requestId),
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

/** Pages of the flow keep their signed query on the way through sign-in; other pages come back by path. */
function toSignIn({ path, query, request }: Pick<PageRequest, 'path' | 'query' | 'request'>, form: URLSearchParams): string {
  if (path === '/consent' && request.method !== 'POST') return toFlowPath('/sign-in', query);
  if (request.method === 'POST') return toFlowPath('/sign-in', formValue(form, 'oauth_query'));
  return `/sign-in?${new URLSearchParams({ next: query === '' ? path : `${path}?${query}` })}`;
}

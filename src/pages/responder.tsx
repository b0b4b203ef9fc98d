import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Assets } from './assets.ts';
import { Document, FlowLayout, OwnerLayout } from './components/layout.tsx';
import { buildPageHeaders, type PageArea } from './headers.ts';
import type { Messages } from './messages.ts';
import type { FlowView, Responder } from './page.ts';
import { toPublicMarkup } from './public-markup.ts';
import { ProblemPage } from './problem-page.tsx';
import { PROBLEM_STATUS, problemText } from './problems.ts';

/** @param base what stands before our own paths outside: `''`, or `/vitae` */
export function createResponder(messages: Messages, assets: Assets, randomBytes: (size: number) => Uint8Array, base: string): Responder {
  function toResponse(area: PageArea, view: FlowView, layout: VNode): Response {
    const title = messages.text(view.hasProblems === true ? 'site.titleWithProblem' : 'site.title', { page: view.title });
    const script =
      view.script === undefined
        ? null
        : { path: assets.scripts[view.script].path, nonce: Buffer.from(randomBytes(16)).toString('base64url') };
    const html = renderToString(
      <Document
        messages={messages}
        title={title}
        stylesheetPath={assets.stylesheet.path}
        iconPath={assets.icon.path}
        script={script}
        scheme={view.scheme === undefined ? null : { name: view.scheme, stylesheetPath: assets.schemes.path }}
        refreshTo={view.refreshTo ?? null}
        refreshSeconds={view.refreshSeconds ?? null}
      >
        {layout}
      </Document>,
    );
    const headers = buildPageHeaders(area, script?.nonce ?? null, view.hasFrame === true);
    headers.set('content-language', messages.language);
    headers.set('vary', 'accept-language, cookie');
    for (const cookie of view.setCookies ?? []) headers.append('set-cookie', cookie);
    return new Response(`<!doctype html>${toPublicMarkup(html, base)}`, { status: view.status ?? 200, headers });
  }

  return {
    flow: (page, view) =>
      toResponse(
        'flow',
        view,
        <FlowLayout messages={messages} returnTo={page.returnTo} width={view.width ?? 'narrow'}>
          {view.body}
        </FlowLayout>,
      ),
    owner: (page, view) =>
      toResponse(
        'owner',
        view,
        <OwnerLayout messages={messages} returnTo={page.returnTo} path={page.path} isSignedIn={page.session !== null}>
          {view.body}
        </OwnerLayout>,
      ),
    problem(kind, page, detail = null, apps = []) {
      const title = messages.text(problemText(kind, 'title'));
      const body = <ProblemPage messages={messages} kind={kind} reference={page.info.requestId} detail={detail} apps={apps} />;
      const view: FlowView = { title, body, width: 'wide', status: PROBLEM_STATUS[kind] };
      return toResponse(
        'flow',
        view,
        <FlowLayout messages={messages} returnTo={page.returnTo} width="wide">
          {body}
        </FlowLayout>,
      );
    },
    seeOther(location, setCookies = []) {
      const headers = buildPageHeaders('flow');
      headers.delete('content-type');
      headers.set('location', location.startsWith('/') ? `${base}${location}` : location);
      for (const cookie of setCookies) headers.append('set-cookie', cookie);
      return new Response(null, { status: 303, headers });
    },
  };
}

import { describe, expect, it } from 'vitest';
import { OWN_PATHS } from '../../src/env/app-url.ts';
import { listPublicPaths, toOwnPathname } from '../../src/http/public-path.ts';
import { buildRouteTable, type RouteHandlers } from '../../src/http/routes.ts';
import type { PageTools } from '../../src/pages/page.ts';
import { toPublicMarkup } from '../../src/pages/public-markup.ts';
import { buildPageRoutes } from '../../src/pages/routes.ts';
import { buildResume, createFixture } from '../pages/fixture.ts';

const BASE = '/apps/vitae';

describe('a path below a base', () => {
  it.each([
    ['/', ['/', '/apps/vitae/']],
    ['/mcp', ['/mcp', '/apps/vitae/mcp']],
    [
      '/.well-known/oauth-protected-resource/mcp',
      [
        '/.well-known/oauth-protected-resource/mcp',
        '/apps/vitae/.well-known/oauth-protected-resource/mcp',
        '/.well-known/oauth-protected-resource/apps/vitae/mcp',
      ],
    ],
    [
      '/.well-known/openid-configuration',
      ['/.well-known/openid-configuration', '/apps/vitae/.well-known/openid-configuration', '/.well-known/openid-configuration/apps/vitae'],
    ],
    ['/.well-known/**', ['/.well-known/**', '/apps/vitae/.well-known/**']],
  ])('is answered for %s at each of its addresses, and they all mean it', (path, addresses) => {
    expect(listPublicPaths(path, BASE)).toEqual(addresses);
    expect(listPublicPaths(path, '')).toEqual([path]);
    expect(addresses.map((address) => toOwnPathname(address, BASE))).toEqual(addresses.map(() => path));
  });

  it.each([
    ['/apps/vitae', '/'],
    ['/apps/vitaeX', '/apps/vitaeX'],
    ['/.well-known/oauth-protected-resource/apps/vitaeX/mcp', '/.well-known/oauth-protected-resource/apps/vitaeX/mcp'],
    ['/.well-known/oauth-protected-resourceX/apps/vitae', '/.well-known/oauth-protected-resourceX/apps/vitae'],
  ])('is told from others: %s', (address, path) => {
    expect(toOwnPathname(address, BASE)).toBe(path);
  });

  it('begins with none of our own', () => {
    const routes = buildRouteTable({} as RouteHandlers).map(({ path }) => path);
    const pages = buildPageRoutes({ deps: {}, messages: {}, respond: {}, csrf: {}, auth: {} } as PageTools).map(({ path }) => path);
    const own = new Set([...routes, ...pages].map((path) => path.split('/')[1] ?? '').filter((first) => first !== '' && first !== '**'));
    expect([...own, 'assets'].toSorted()).toEqual([...OWN_PATHS].toSorted());
  });
});

describe('rendered markup', () => {
  it('gets the base before each address of ours and before nothing else', () => {
    const html =
      '<a href="/">a</a><form method="post" action="/sign-in"></form><img src="/assets/x.svg"/><button formaction="/x"></button>' +
      '<a href="https://other.example/">b</a><a href="//other.example/">c</a><a href="#content">d</a>' +
      '<code>href=&quot;/sign-in&quot;</code><i title="/x"></i>';
    expect(toPublicMarkup(html, '')).toBe(html);
    expect(toPublicMarkup(html, BASE)).toBe(
      '<a href="/apps/vitae/">a</a><form method="post" action="/apps/vitae/sign-in"></form><img src="/apps/vitae/assets/x.svg"/>' +
        '<button formaction="/apps/vitae/x"></button>' +
        '<a href="https://other.example/">b</a><a href="//other.example/">c</a><a href="#content">d</a>' +
        '<code>href=&quot;/sign-in&quot;</code><i title="/x"></i>',
    );
  });

  it('gets it on the pages that a script reads addresses from', async () => {
    const fixture = createFixture({ appUrl: `https://vitae.example${BASE}` });
    fixture.resumes.push(buildResume({ id: 'r1' }));
    // As the routes hand them on: without the base.
    const read = async (path: string) => {
      const info = { requestId: 'request', clientAddress: null };
      return (await fixture.pages.fetch(new Request(`https://vitae.example${path}`), info))?.text();
    };
    const connect = await read('/connect');
    expect(connect).toContain(`data-live="${BASE}/connect/wait?since=`);
    expect(connect).toContain(`curl https://vitae.example${BASE}/register `);
    const look = await read('/resumes/r1/edit/look');
    expect(look).toContain(`data-preview="${BASE}/resumes/r1/edit/look/preview"`);
    expect(look).toContain(`src="${BASE}/resumes/r1/edit/look/preview?`);
  });
});

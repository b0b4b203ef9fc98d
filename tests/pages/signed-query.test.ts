import { describe, expect, it } from 'vitest';
import { parseAuthorizationRequest, parseHandOverUrl, parseOwnPath, toFlowPath, toRedirectTarget } from '../../src/pages/signed-query.ts';
import { APP_URL, buildSignedQuery } from './fixture.ts';

describe('the signed query, read for display', () => {
  it('keeps the query as it came', () => {
    const query = buildSignedQuery();
    expect(parseAuthorizationRequest(query)).toEqual({
      query,
      clientId: 'client-1',
      redirect: { host: 'claude.ai', isLocalApp: false },
      scopes: ['resumes:read', 'resumes:write', 'offline_access'],
    });
  });

  it.each(['client_id', 'redirect_uri', 'sig'])('is null without %s', (name) => {
    const parameters = new URLSearchParams(buildSignedQuery());
    parameters.delete(name);
    expect(parseAuthorizationRequest(parameters.toString())).toBeNull();
  });

  it.each(['client_id', 'redirect_uri', 'sig', 'scope'])('is null with %s twice', (name) => {
    expect(parseAuthorizationRequest(`${buildSignedQuery()}&${name}=x`)).toBeNull();
  });
});

describe('where the answer goes', () => {
  it.each([
    ['https://claude.ai/api/mcp/auth_callback', 'claude.ai', false],
    ['https://claude.ai:8443/cb', 'claude.ai:8443', false],
    ['https://claude.ai@evil.example/cb', 'evil.example', false],
    ['https://аpple.example/cb', 'xn--pple-43d.example', false],
    ['http://localhost:3118/callback', 'localhost:3118', true],
    ['http://127.0.0.1:33418/', '127.0.0.1:33418', true],
    ['http://[::1]:9/cb', '[::1]:9', true],
    ['http://localhost.evil.example/cb', 'localhost.evil.example', false],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor://anysphere.cursor-mcp', true],
    ['com.example.app:/callback', 'com.example.app:', true],
  ])('%s', (uri, host, isLocalApp) => {
    expect(toRedirectTarget(uri)).toEqual({ host, isLocalApp });
  });

  it('hands over to an app’s own scheme', () => {
    expect(parseHandOverUrl('cursor://anysphere.cursor-mcp/oauth/callback?code=1')).not.toBeNull();
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '\tjavascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://vitae.example/1',
    'about:blank',
    '/sign-in',
    '',
  ])('never hands over to %j', (url) => {
    expect(parseHandOverUrl(url)).toBeNull();
  });
});

describe('a path to come back to', () => {
  it.each(['/', '/resumes', '/resumes/1?done=created', '/connections#end'])('accepts %s', (path) => {
    expect(parseOwnPath(path, APP_URL)).toBe(path.replace(/#.*/, ''));
  });

  // security case 220
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    'resumes',
    '',
    null,
  ])('refuses %j', (path) => {
    expect(parseOwnPath(path, APP_URL)).toBeNull();
  });

  it('drops a query that cannot stand in a header', () => {
    expect(toFlowPath('/sign-in', 'a=1\r\nset-cookie: x=1')).toBe('/sign-in');
  });
});

import { describe, expect, it } from 'vitest';
import { guessApps, type AppKind } from '../../src/pages/app-kinds.ts';

describe('which app a request came from, by where it wants its answer', () => {
  it.each<[string, readonly AppKind[]]>([
    ['https://claude.ai/api/mcp/auth_callback', ['claude']],
    ['https://claude.com/api/mcp/auth_callback', ['claude']],
    ['http://127.0.0.1:53280/callback', ['claude']],
    ['http://localhost:3118/callback', ['claudeCode']],
    ['https://chatgpt.com/connector/oauth/abc', ['chatgpt']],
    ['https://chatgpt.com/connector_platform_oauth_redirect', ['chatgpt']],
    ['http://127.0.0.1:33418/', ['vscode']],
    ['http://127.0.0.1:50001', ['vscode']],
    ['https://vscode.dev/redirect', ['vscode']],
    ['cursor://anysphere.cursor-mcp/oauth/callback', ['cursor']],
    ['http://localhost:8787/callback', ['cursor']],
    ['https://www.cursor.com/agents/mcp/oauth/callback', ['cursor']],
    ['http://127.0.0.1:41239/callback/Zm9vYmFyYmF6', ['codex']],
    ['http://localhost:7777/oauth/callback', ['gemini', 'mcpRemote']],
    ['https://antigravity.google/oauth-callback', ['gemini']],
    ['http://localhost:6274/oauth/callback', ['inspector']],
    ['http://localhost:6274/oauth/callback/debug', ['inspector']],
    ['http://127.0.0.1:6276/oauth/callback', ['inspector']],
  ])('%s', (redirectUri, apps) => {
    expect(guessApps(redirectUri)).toEqual(apps);
  });

  it.each([
    null,
    '',
    'not a URL',
    'https://claude.ai.evil.example/api/mcp/auth_callback',
    'https://claude.ai@evil.example/api/mcp/auth_callback',
    'https://127.0.0.1/',
    'http://claude.ai/api/mcp/auth_callback',
    'javascript:alert(1)',
    'https://client.example/callback',
  ])('is not guessed from %s', (redirectUri) => {
    expect(guessApps(redirectUri)).toEqual([]);
  });
});

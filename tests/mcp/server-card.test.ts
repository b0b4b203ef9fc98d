import { describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { buildServerCard } from '../../src/mcp/server-card.ts';

const tools = [{ name: 'read_resume', title: 'Read a resume', description: 'Reads one.', inputSchema: { type: 'object' as const } }];

describe('server card', () => {
  // proves discovery:server-card
  it('says what the server is, where it listens and which tools it has, from configuration alone', () => {
    expect(buildServerCard(tools, buildIdentifiers('https://cv.vitae.example'), '1.2.3')).toMatchObject({
      name: 'example.vitae.cv/vitae',
      version: '1.2.3',
      title: 'Vitae',
      websiteUrl: 'https://cv.vitae.example',
      remotes: [{ type: 'streamable-http', url: 'https://cv.vitae.example/mcp' }],
      transport: { type: 'streamable-http', endpoint: '/mcp' },
      authentication: { required: true, resourceMetadata: 'https://cv.vitae.example/.well-known/oauth-protected-resource/mcp' },
      tools: [{ name: 'read_resume', title: 'Read a resume', description: 'Reads one.' }],
    });
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])('has a legal name at %s', (appUrl) => {
    expect(buildServerCard(tools, buildIdentifiers(appUrl), '1.2.3').name).toBe('localhost/vitae');
  });

  it('names both eras', () => {
    const [remote] = buildServerCard(tools, buildIdentifiers('https://vitae.example'), '1.2.3').remotes;
    expect(remote?.supportedProtocolVersions).toEqual(expect.arrayContaining(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']));
  });
});

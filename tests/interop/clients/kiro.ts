import { expect } from 'vitest';
import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'http://localhost:49153/oauth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Kiro',
    sources: ['kirodotdev/Kiro #10927 (addresses in the query as they are)'],
    identity: { kind: 'registers', body: publicClient('Kiro', CALLBACK) },
    redirectUri: CALLBACK,
    besides: {
      'opens the browser with an unencoded query': async (life) => {
        const { url, verifier } = await life.ask();
        const raw = url.href.replaceAll('%3A', ':').replaceAll('%2F', '/');
        expect(raw).toContain('redirect_uri=http://');
        const callback = await life.allow({ page: await life.person.browser.open(raw), url, verifier });
        expect((await life.exchange(callback)).status).toBe(200);
      },
    },
  },
];

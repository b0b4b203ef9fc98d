import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const raycast = (name: string, redirectUri: string): ClientProfile => ({
  ...SDK_V1,
  name,
  sources: ['developers.raycast.com/api-reference/oauth (RedirectMethod)'],
  identity: { kind: 'registers', body: publicClient('Raycast', redirectUri) },
  // With a query of its own, which the answer is added to.
  redirectUri,
});

export const lives: readonly ClientProfile[] = [
  raycast('a Raycast extension', 'com.raycast:/oauth?package_name=Extension'),
  raycast('a Raycast extension, by the web', 'https://raycast.com/redirect?packageName=Extension'),
];

import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://oauth2.slack.com/external/auth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Slackbot',
    sources: ['slack.com/.well-known/oauth-client-metadata', 'docs.slack.dev/ai/slackbot-mcp-client'],
    identity: {
      kind: 'document',
      document: {
        ...publicClient('Slack', CALLBACK, { client_uri: 'https://slack.com' }),
        client_id: 'https://slack.com/.well-known/oauth-client-metadata',
        logo_uri: 'https://a.slack-edge.com/80588/marketing/img/icons/icon_slack_hash_colored.png',
      },
    },
    redirectUri: CALLBACK,
    revision: '2025-06-18',
    stepUp: 'none',
  },
];

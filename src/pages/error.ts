import { guessApps } from './app-kinds.ts';
import type { PageRoute, PageTools } from './page.ts';
import { toProblemKind } from './problems.ts';

/**
 * GET /error: where the authorization server sends a person whose request must not be answered to the client
 * (RFC 6749 §4.1.2.1: unknown client, unregistered redirect URI). Always an error status, never a redirect.
 */
export function createErrorRoutes(tools: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/error',
      access: 'anyone',
      async handle(page) {
        const parameters = new URLSearchParams(page.query);
        const code = parameters.get('error');
        const detail = [code, parameters.get('error_description')].filter((part) => part !== null && part !== '').join(': ');
        // No way back to this page: nothing that a stranger wrote into its address is to stand in it.
        const here = { info: page.info, returnTo: null };
        return tools.respond.problem(toProblemKind(code), here, detail, guessApps(parameters.get('redirect_uri')));
      },
    },
  ];
}

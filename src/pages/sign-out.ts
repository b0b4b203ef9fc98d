import { formValue, type PageRoute, type PageTools } from './page.ts';
import { toFlowPath } from './signed-query.ts';

/** POST /sign-out: from the account page, and from consent by someone else than the person asked ("Not you?"). */
export function createSignOutRoutes(tools: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'POST',
      path: '/sign-out',
      access: 'signed_in',
      async handle(page) {
        const answer = await tools.auth.post(page.request, 'sign-out', {});
        if (answer.status >= 400) return tools.respond.problem('internal', page);
        const query = formValue(page.form, 'oauth_query');
        return tools.respond.seeOther(query === null ? '/sign-in?done=signed-out' : toFlowPath('/sign-in', query), answer.setCookies);
      },
    },
  ];
}

import { createLanguageChoice, parseLanguage } from '../language.ts';
import { formValue, type PageRoute, type PageTools } from './page.ts';
import { parseOwnPath } from './signed-query.ts';

/** POST /language: remembers in this browser which language its person reads, and goes back to the page that was read. */
export function createLanguageRoutes({ deps, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'POST',
      path: '/language',
      access: 'anyone',
      async handle(page) {
        const language = parseLanguage(formValue(page.form, 'language') ?? '');
        if (language === null) return respond.problem('malformed', page);
        return respond.seeOther(parseOwnPath(formValue(page.form, 'returnTo'), deps.identifiers.origin) ?? '/', [
          createLanguageChoice(deps.identifiers).remember(language),
        ]);
      },
    },
  ];
}

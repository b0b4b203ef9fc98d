import type { VNode } from 'preact';
import { LANGUAGES } from '../../language.ts';
import { MESSAGES, type Messages } from '../messages.ts';

export interface LanguageFormProps {
  readonly messages: Messages;
  /** Path and query to come back to; null where nobody could. */
  readonly returnTo: string | null;
}

/** The languages, each in its own words; a button for every one but this page's. */
export function LanguageForm({ messages, returnTo }: LanguageFormProps): VNode | null {
  if (returnTo === null) return null;
  return (
    <footer class="footer">
      <form class="action languages" method="post" action="/language" aria-label={messages.text('site.language')}>
        <input type="hidden" name="returnTo" value={returnTo} />
        <ul>
          {LANGUAGES.map((language) => (
            <li key={language} lang={language}>
              {language === messages.language ? (
                <span aria-current="true">{MESSAGES[language].text('site.languageName')}</span>
              ) : (
                <button name="language" value={language}>
                  {MESSAGES[language].text('site.languageName')}
                </button>
              )}
            </li>
          ))}
        </ul>
      </form>
    </footer>
  );
}

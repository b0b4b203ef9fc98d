import { isResumeScope } from '../authorization-server/scopes.ts';
import type { FormProblem } from './components/feedback.tsx';
import type { ConsentForm } from './consent-page.tsx';
import type { MessageKey, Messages } from './messages.ts';
import { formValue } from './page.ts';

export type ConsentDecision =
  | { readonly kind: 'deny' }
  | {
      readonly kind: 'allow';
      readonly scopes: readonly string[];
      readonly resumes: 'all' | readonly string[];
      readonly mode: 'edit' | 'suggest';
    }
  | { readonly kind: 'invalid'; readonly form: ConsentForm; readonly problems: readonly FormProblem[] };

/**
 * Reads the consent form. Only the exact words of the two buttons decide; scopes must have been asked for and at least one
 * be ticked; "Only these" needs at least one resume.
 *
 * @param requested scopes of the signed query: the most that can be allowed
 * Not checked: whether the resumes are the person's; the authorization server takes only those that are.
 */
export function parseConsentForm(form: URLSearchParams, requested: readonly string[], messages: Messages): ConsentDecision {
  const decision = formValue(form, 'decision');
  if (decision === 'deny') return { kind: 'deny' };
  const scopes = [...new Set(form.getAll('scope'))];
  const resumeChoice = formValue(form, 'resumes');
  const resumeIds = [...new Set(form.getAll('resume'))].filter((id) => id !== '' && !id.includes('\0'));
  const asksForResumes = requested.some(isResumeScope);
  const mode = formValue(form, 'mode') === 'suggest' ? 'suggest' : 'edit';
  const problems: FormProblem[] = [];
  const report = (field: string | null, key: MessageKey) => problems.push({ field, text: messages.text(key) });
  if (decision !== 'allow') report(null, 'consent.noDecision');
  if (!scopes.every((scope) => requested.includes(scope))) report('scopes', 'consent.beyondRequest');
  if (scopes.length === 0) report('scopes', 'consent.noScope');
  if (asksForResumes && resumeChoice !== 'all' && (resumeChoice !== 'only' || resumeIds.length === 0))
    report('resumes', 'consent.noResume');
  if (form.has('mode') && formValue(form, 'mode') !== mode) report('mode', 'consent.noMode');
  if (problems.length > 0) {
    const kept = scopes.filter((scope) => requested.includes(scope));
    return { kind: 'invalid', form: { scopes: kept, resumeChoice: resumeChoice === 'only' ? 'only' : 'all', resumeIds, mode }, problems };
  }
  // In the order of the request, so that the grant reads like what was asked.
  const allowed = requested.filter((scope) => scopes.includes(scope));
  return { kind: 'allow', scopes: allowed, resumes: resumeChoice === 'only' ? resumeIds : 'all', mode };
}

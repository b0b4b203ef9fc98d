import { GRANT_DURATIONS, type GrantDuration } from '../authorization-server/lifetimes.ts';
import { isResumeScope } from '../authorization-server/scopes.ts';
import type { AccessForm } from './components/access-choices.tsx';
import type { FormProblem } from './components/feedback.tsx';
import type { MessageKey, Messages } from './messages.ts';
import { formValue } from './page.ts';

/** What an app may do, as chosen. */
export interface AccessChoice {
  readonly scopes: readonly string[];
  readonly resumes: 'all' | readonly string[];
  readonly mode: 'edit' | 'suggest';
}

export interface InvalidChoice {
  readonly kind: 'invalid';
  readonly form: AccessForm;
  readonly problems: readonly FormProblem[];
}

/** The consent form as it goes back to the person. */
export interface ConsentForm extends AccessForm {
  readonly duration: GrantDuration;
}

export type ConsentDecision =
  | { readonly kind: 'deny' }
  | ({ readonly kind: 'allow'; readonly duration: GrantDuration } & AccessChoice)
  /** Not a decision yet: the boxes that change something are unticked for the person to look at. */
  | { readonly kind: 'read_only'; readonly form: ConsentForm }
  | { readonly kind: 'invalid'; readonly form: ConsentForm; readonly problems: readonly FormProblem[] };

/**
 * Reads the consent form. Only the exact words of the buttons decide; the rest as {@link parseAccessChoice}.
 *
 * @param requested scopes of the signed query: the most that can be allowed
 */
export function parseConsentForm(form: URLSearchParams, requested: readonly string[], messages: Messages): ConsentDecision {
  const decision = formValue(form, 'decision');
  if (decision === 'deny') return { kind: 'deny' };
  const choice = parseAccessChoice(form, requested, messages, 'consent.noScope');
  const duration = GRANT_DURATIONS.find((known) => known === formValue(form, 'duration')) ?? 'year';
  const problems: FormProblem[] = choice.kind === 'invalid' ? [...choice.problems] : [];
  if (form.has('duration') && formValue(form, 'duration') !== duration)
    problems.push({ field: 'duration', text: messages.text('consent.noDuration') });
  const filled: ConsentForm = { ...(choice.kind === 'invalid' ? choice.form : toForm(choice)), duration };
  if (decision === 'read_only') return { kind: 'read_only', form: { ...filled, scopes: requested.filter(isReadOnly) } };
  if (decision !== 'allow') problems.unshift({ field: null, text: messages.text('consent.noDecision') });
  return choice.kind === 'invalid' || problems.length > 0
    ? { kind: 'invalid', form: filled, problems }
    : { ...choice, kind: 'allow', duration };
}

/** Whether a scope lets an app change nothing. */
export function isReadOnly(scope: string): boolean {
  return !isResumeScope(scope) || scope === 'resumes:read';
}

/**
 * Reads what an app may do: scopes must be among those offered and at least one be ticked; "Only these" needs at least one
 * resume.
 *
 * @param offered the most that can be chosen
 * @param noScope what to say when nothing is ticked
 * Not checked: whether the resumes are the person's; the authorization server takes only those that are.
 */
export function parseAccessChoice(
  form: URLSearchParams,
  offered: readonly string[],
  messages: Messages,
  noScope: MessageKey,
): ({ readonly kind: 'chosen' } & AccessChoice) | InvalidChoice {
  const scopes = [...new Set(form.getAll('scope'))];
  const resumeChoice = formValue(form, 'resumes');
  const resumeIds = [...new Set(form.getAll('resume'))].filter((id) => id !== '' && !id.includes('\0'));
  const mode = formValue(form, 'mode') === 'suggest' ? 'suggest' : 'edit';
  const problems: FormProblem[] = [];
  const report = (field: string, key: MessageKey) => problems.push({ field, text: messages.text(key) });
  if (!scopes.every((scope) => offered.includes(scope))) report('scopes', 'consent.beyondRequest');
  if (scopes.length === 0) report('scopes', noScope);
  if (offered.some(isResumeScope) && resumeChoice !== 'all' && (resumeChoice !== 'only' || resumeIds.length === 0))
    report('resumes', 'consent.noResume');
  if (form.has('mode') && formValue(form, 'mode') !== mode) report('mode', 'consent.noMode');
  if (problems.length > 0) {
    const kept = scopes.filter((scope) => offered.includes(scope));
    return { kind: 'invalid', form: { scopes: kept, resumeChoice: resumeChoice === 'only' ? 'only' : 'all', resumeIds, mode }, problems };
  }
  // In the order of what was offered, so that the grant reads like what was asked.
  const chosen = offered.filter((scope) => scopes.includes(scope));
  return { kind: 'chosen', scopes: chosen, resumes: resumeChoice === 'only' ? resumeIds : 'all', mode };
}

function toForm({ scopes, resumes, mode }: AccessChoice): AccessForm {
  return { scopes, resumeChoice: resumes === 'all' ? 'all' : 'only', resumeIds: resumes === 'all' ? [] : resumes, mode };
}

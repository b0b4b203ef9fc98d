import type { ComponentChildren, VNode } from 'preact';
import { GRANT_DURATIONS, type GrantDuration } from '../../authorization-server/lifetimes.ts';
import type { Messages } from '../messages.ts';
import { Untrusted } from './data.tsx';
import { problemOf, type FormProblem } from './feedback.tsx';
import { Choice, ChoiceGroup } from './fields.tsx';

/** What an app may do, as far as the person has chosen. */
export interface AccessForm {
  readonly scopes: readonly string[];
  readonly resumeChoice: 'all' | 'only';
  readonly resumeIds: readonly string[];
  readonly mode: 'edit' | 'suggest';
}

interface ChoiceProps {
  readonly messages: Messages;
  readonly form: AccessForm;
  readonly problems: readonly FormProblem[];
}

interface ScopeChoiceProps extends Pick<ChoiceProps, 'messages' | 'problems'> {
  readonly legend: string;
  readonly offered: readonly string[];
  readonly ticked: readonly string[];
  readonly hint?: string;
  /** After the checkboxes. */
  readonly children?: ComponentChildren;
}

interface ResumeChoiceProps extends ChoiceProps {
  readonly resumes: readonly { readonly id: string; readonly name: string }[];
  readonly hasMoreResumes: boolean;
}

/** A checkbox for each scope, in words. */
export function ScopeChoice({ messages, problems, legend, offered, ticked, hint, children }: ScopeChoiceProps): VNode {
  return (
    <ChoiceGroup id="scopes" legend={legend} hint={hint ?? null} problem={problemOf(problems, 'scopes')}>
      {offered.map((scope) => (
        <Choice
          key={scope}
          type="checkbox"
          id={`scope-${scope}`}
          name="scope"
          value={scope}
          checked={ticked.includes(scope)}
          label={messages.scope(scope, 'sentence') ?? <code>{scope}</code>}
        />
      ))}
      {children}
    </ChoiceGroup>
  );
}

interface DurationChoiceProps extends Pick<ChoiceProps, 'messages' | 'problems'> {
  readonly duration: GrantDuration;
}

/** When the connection ends by itself. */
export function DurationChoice({ messages, duration, problems }: DurationChoiceProps): VNode {
  return (
    <ChoiceGroup id="duration" legend={messages.text('consent.duration')} problem={problemOf(problems, 'duration')}>
      {GRANT_DURATIONS.map((known) => (
        <Choice
          key={known}
          type="radio"
          id={`duration-${known}`}
          name="duration"
          value={known}
          checked={known === duration}
          label={messages.text(`consent.duration.${known}`)}
          hint={known === 'year' ? messages.text('consent.duration.yearHint') : null}
        />
      ))}
    </ChoiceGroup>
  );
}

/** Whether its writes count at once or wait for the owner. */
export function ModeChoice({ messages, form, problems }: ChoiceProps): VNode {
  return (
    <ChoiceGroup id="mode" legend={messages.text('consent.mode')} problem={problemOf(problems, 'mode')}>
      {(['edit', 'suggest'] as const).map((mode) => (
        <Choice
          key={mode}
          type="radio"
          id={`mode-${mode}`}
          name="mode"
          value={mode}
          checked={form.mode === mode}
          label={messages.text(`consent.mode.${mode}`)}
          hint={messages.text(`consent.mode.${mode}.hint`)}
        />
      ))}
    </ChoiceGroup>
  );
}

/** All resumes, or a list of them. */
export function ResumeChoice({ messages, resumes, hasMoreResumes, form, problems }: ResumeChoiceProps): VNode {
  const hasResumes = resumes.length > 0;
  return (
    <ChoiceGroup id="resumes" legend={messages.text('consent.resumes')} problem={problemOf(problems, 'resumes')}>
      <Choice
        type="radio"
        id="resumes-all"
        name="resumes"
        value="all"
        checked={form.resumeChoice === 'all' || !hasResumes}
        label={messages.text('consent.allResumes')}
        hint={messages.text('consent.allResumesHint')}
      />
      <Choice
        type="radio"
        id="resumes-only"
        name="resumes"
        value="only"
        checked={form.resumeChoice === 'only' && hasResumes}
        disabled={!hasResumes}
        label={messages.text('consent.onlyThese')}
        hint={hasResumes ? null : messages.text('consent.noResumes')}
      />
      {hasResumes ? (
        <div class="choices choices-nested">
          {hasMoreResumes ? <p class="hint">{messages.text('consent.moreResumes')}</p> : null}
          {resumes.map(({ id, name }) => (
            // There may be a hundred, and pages are not compressed: the label around its box needs no id, the list styles it.
            <label key={id}>
              <input type="checkbox" name="resume" value={id} checked={form.resumeIds.includes(id)} />
              <Untrusted>{name}</Untrusted>
            </label>
          ))}
        </div>
      ) : null}
    </ChoiceGroup>
  );
}

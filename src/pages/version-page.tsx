import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { ChangeLine } from './components/change-line.tsx';
import { Untrusted } from './components/data.tsx';
import { Notice, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import type { PageComparison, ResumeDetail } from './dependencies.ts';
import type { Messages } from './messages.ts';

interface VersionPageProps {
  readonly messages: Messages;
  readonly resume: ResumeDetail;
  readonly revision: number;
  /** Against the version before; null: there is none. */
  readonly change: PageComparison | null;
  /** From this version to the resume as it is. */
  readonly since: PageComparison;
  readonly csrfToken: string;
  readonly problems: readonly FormProblem[];
}

/** What one version changed, what has changed since, and the way back to it. */
export function VersionPage({ messages, resume, revision, change, since, csrfToken, problems }: VersionPageProps): VNode {
  const path = `/resumes/${encodeURIComponent(resume.id)}/versions`;
  const isCurrent = revision === resume.revision;
  return (
    <>
      <p class="crumb">
        <a href={path}>
          <span>{messages.rich('versions.title', { name: <Untrusted>{resume.name}</Untrusted> })}</span>
        </a>
      </p>
      <h1>{messages.text('versions.number', { revision })}</h1>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <section class="panel" aria-labelledby="change">
        <h2 id="change">{messages.text('versions.changedByIt')}</h2>
        {change === null ? <p>{messages.text('versions.first')}</p> : <ChangeLines messages={messages} lines={change.lines} />}
      </section>
      {isCurrent ? (
        <p class="soft">{messages.text('versions.isCurrent')}</p>
      ) : (
        <section class="panel" aria-labelledby="since">
          <h2 id="since">{messages.text('versions.sinceThen')}</h2>
          <ChangeLines messages={messages} lines={since.lines} />
          {resume.isLocked ? (
            <Notice kind="warning">
              <p>{messages.text('history.locked')}</p>
            </Notice>
          ) : (
            <form method="post" action={`${path}/${revision}/restore`}>
              <HiddenField name="csrf" value={csrfToken} />
              <HiddenField name="expected" value={String(resume.revision)} />
              <p class="hint" id="restore-hint">
                {messages.text('versions.restoreHint')}
              </p>
              <div class="actions">
                <Button describedBy="restore-hint">{messages.text('versions.restore')}</Button>
              </div>
            </form>
          )}
        </section>
      )}
    </>
  );
}

function ChangeLines({ messages, lines }: { readonly messages: Messages; readonly lines: readonly string[] }): VNode {
  if (lines.length === 0) return <p>{messages.text('history.noChanges')}</p>;
  return (
    <ul>
      {lines.map((line, index) => (
        <li key={`${index}`}>
          <ChangeLine messages={messages} line={line} />
        </li>
      ))}
    </ul>
  );
}

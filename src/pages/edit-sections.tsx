import type { VNode } from 'preact';
import { buildArrangement, listSections, usualTitle } from './arrangement.ts';
import { ActionForm, ButtonLink } from './components/actions.tsx';
import { Badge, Untrusted } from './components/data.tsx';
import { Done, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { ResumeDetail } from './dependencies.ts';
import { EDIT_DONE } from './edit-done.ts';
import { Changes, EntryCount } from './edit-page.tsx';
import { EDIT_STATUS } from './edit-problems.ts';
import { createEditing } from './editing.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';

/** GET and POST /resumes/:id/edit/sections: the order of the sections, and which of them are shown; a button for each step. */
export function createSectionRoutes(tools: PageTools): readonly PageRoute[] {
  const { messages, respond, csrf } = tools;
  const editing = createEditing(tools);

  function show(page: SignedInRequest, resume: ResumeDetail, returned: ReturnedSections | null): Response {
    const problems: readonly FormProblem[] = returned === null ? [] : [{ field: null, text: messages.text(returned.text) }];
    const body = (
      <EditSections
        messages={messages}
        path={editing.path(page)}
        resume={resume}
        csrfToken={csrf.issue(page.session.sessionId)}
        done={doneText(messages, page.query, EDIT_DONE)}
        problems={problems}
        changes={returned?.changes ?? []}
      />
    );
    const title = messages.text('edit.sections');
    return respond.owner(page, { title, body, status: returned?.status ?? 200, hasProblems: problems.length > 0 });
  }

  const open = (page: SignedInRequest) => editing.withResume(page, async (resume) => show(page, resume, null));

  const arrange = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const revision = Number(formValue(page.form, 'revision'));
      const refuseChanged = async (now: ResumeDetail) =>
        show(page, now, { text: 'edit.changedList', changes: await editing.listChanges(page, revision || 1), status: 409 });
      if (revision !== resume.revision) return refuseChanged(resume);
      const key = formValue(page.form, 'section');
      const operations = buildArrangement(resume.data, key, formValue(page.form, 'action'));
      if (operations === null) return show(page, resume, { text: 'edit.invalid', changes: [], status: 400 });
      const outcome = await editing.patch(page, resume, operations);
      if (outcome.ok) return respond.seeOther(`${editing.path(page)}/sections?done=saved#${idOf(key ?? '')}`);
      if (outcome.reason === 'not_found') return editing.notFound(page);
      if (outcome.reason === 'changed') return editing.withResume(page, refuseChanged);
      const text = outcome.reason === 'locked' ? 'edit.locked' : 'edit.invalid';
      return show(page, resume, { text, changes: [], status: EDIT_STATUS[outcome.reason] });
    });

  const path = '/resumes/:id/edit/sections';
  return [
    { method: 'GET', path, access: 'signed_in', handle: open },
    { method: 'POST', path, access: 'signed_in', handle: arrange },
  ];
}

/** What is wrong with a press of a button, and what has changed since the page was opened. */
interface ReturnedSections {
  readonly text: MessageKey;
  readonly changes: readonly string[];
  readonly status: number;
}

interface EditSectionsProps {
  readonly messages: Messages;
  /** Of the overview: `/resumes/:id/edit`. */
  readonly path: string;
  readonly resume: ResumeDetail;
  readonly csrfToken: string;
  readonly done: string | null;
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
}

function EditSections({ messages, path, resume, csrfToken, done, problems, changes }: EditSectionsProps): VNode {
  const sections = listSections(resume.data).filter(({ hasContent }) => hasContent);
  const step = (key: string, action: 'up' | 'down' | 'hide' | 'show') => ({
    action: `${path}/sections`,
    csrfToken,
    fields: { action, section: key, revision: String(resume.revision) },
    describedBy: idOf(key),
    kind: 'secondary' as const,
  });
  return (
    <>
      <p class="crumb">
        <a href={path}>{messages.text('edit.backToEdit')}</a>
      </p>
      <h1>{messages.text('edit.sections')}</h1>
      <p class="lead">{messages.text('edit.sectionsLead')}</p>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <Changes messages={messages} changes={changes} />
      {sections.length === 0 ? <p class="soft">{messages.text('edit.sectionsNone')}</p> : null}
      <ol class="plain entries">
        {sections.map(({ key, title, isHidden, entries }, index) => (
          <li key={key} class={isHidden ? 'panel panel-row panel-off' : 'panel panel-row'}>
            <div>
              <p id={idOf(key)} tabIndex={-1}>
                <strong>{title === null ? messages.text(usualTitle(key)) : <Untrusted>{title}</Untrusted>}</strong>
                {isHidden ? <Badge>{messages.text('edit.hidden')}</Badge> : null}
              </p>
              <EntryCount messages={messages} count={key === 'summary' ? null : entries.length} />
            </div>
            <div class="actions">
              {index === 0 ? null : <ActionForm {...step(key, 'up')}>{messages.text('edit.up')}</ActionForm>}
              {index === sections.length - 1 ? null : <ActionForm {...step(key, 'down')}>{messages.text('edit.down')}</ActionForm>}
              <ActionForm {...step(key, isHidden ? 'show' : 'hide')}>{messages.text(isHidden ? 'edit.show' : 'edit.hide')}</ActionForm>
            </div>
          </li>
        ))}
      </ol>
      <p class="actions">
        <ButtonLink href={`${path.slice(0, -'/edit'.length)}/view`} kind="secondary">
          {messages.text('publish.view')}
        </ButtonLink>
      </p>
    </>
  );
}

function idOf(key: string): string {
  return `section-${key.replace(':', '-')}`;
}

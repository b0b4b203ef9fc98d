import type { FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { ResumeDetail } from './dependencies.ts';
import { EDIT_DONE } from './edit-done.ts';
import { listTokens, type ListName } from './edit-fields.ts';
import { EditList, titleOfSection } from './edit-page.tsx';
import { EDIT_STATUS } from './edit-problems.ts';
import { buildMove, titleOfEntry } from './edit-target.ts';
import { listEntries } from './edit-values.ts';
import type { Editing } from './editing.ts';
import type { MessageKey } from './messages.ts';
import { formValue, type PageTools, type SignedInRequest } from './page.ts';

/** What is wrong with a press of a button, and what has changed since the list was opened. */
interface ReturnedList {
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
  readonly status: number;
}

/** The entries of one section: shown, moved and removed. */
export interface ListEditor {
  show(page: SignedInRequest, section: ListName, resume: ResumeDetail, returned: ReturnedList | null): Response;
  act(page: SignedInRequest, section: ListName, resume: ResumeDetail): Promise<Response>;
}

export function createListEditor({ messages, respond, csrf }: PageTools, editing: Editing): ListEditor {
  function show(page: SignedInRequest, section: ListName, resume: ResumeDetail, returned: ReturnedList | null) {
    const problems = returned?.problems ?? [];
    const entries = listEntries(resume.data, listTokens(section)).map((entry) => titleOfEntry(section, entry));
    const body = (
      <EditList
        messages={messages}
        path={editing.path(page)}
        section={section}
        entries={entries}
        csrfToken={csrf.issue(page.session.sessionId)}
        revision={resume.revision}
        done={doneText(messages, page.query, EDIT_DONE)}
        problems={problems}
        changes={returned?.changes ?? []}
      />
    );
    const title = messages.text(titleOfSection(section));
    return respond.owner(page, { title, body, status: returned?.status ?? 200, hasProblems: problems.length > 0 });
  }

  async function act(page: SignedInRequest, section: ListName, resume: ResumeDetail): Promise<Response> {
    const here = `${editing.path(page)}/${section}`;
    const entries = listEntries(resume.data, listTokens(section));
    const index = Number(formValue(page.form, 'entry')) - 1;
    const revision = Number(formValue(page.form, 'revision'));
    const operation = buildMove(section, formValue(page.form, 'action'), index, entries.length);
    const refuse = async (now: ResumeDetail, text: MessageKey, status: number) =>
      show(page, section, now, {
        problems: [{ field: null, text: messages.text(text) }],
        changes: status === 409 ? await editing.listChanges(page, revision || 1) : [],
        status,
      });
    if (revision !== resume.revision) return refuse(resume, 'edit.changedList', 409);
    if (operation === null) return refuse(resume, 'edit.invalid', 400);
    const outcome = await editing.patch(page, resume, [operation]);
    if (outcome.ok) return respond.seeOther(`${here}?done=${operation.op === 'remove' ? 'removed' : 'saved'}`);
    if (outcome.reason === 'not_found') return editing.notFound(page);
    if (outcome.reason === 'changed') return editing.withResume(page, (now) => refuse(now, 'edit.changedList', 409));
    return refuse(resume, outcome.reason === 'locked' ? 'edit.locked' : 'edit.invalid', EDIT_STATUS[outcome.reason]);
  }

  return { show, act };
}

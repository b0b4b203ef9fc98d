import type { FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import { buildHeading, buildSectionRemoval, HEADING_FIELD } from './custom-sections.ts';
import type { ResumeDetail } from './dependencies.ts';
import { EDIT_DONE } from './edit-done.ts';
import { EditList } from './edit-list-page.tsx';
import { titleOfList } from './edit-page.tsx';
import { EDIT_STATUS } from './edit-problems.ts';
import { buildMove } from './edit-target.ts';
import type { EditOperation } from './edit-values.ts';
import type { Editing } from './editing.ts';
import { findList, type EntryList } from './entry-lists.ts';
import type { MessageKey } from './messages.ts';
import { formValue, type PageTools, type SignedInRequest } from './page.ts';

/** What is wrong with a press of a button, and what has changed since the list was opened. */
interface ReturnedList {
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
  readonly status: number;
}

/** What a button writes, and what the page it leads to says. */
interface ListAction {
  readonly operations: readonly EditOperation[];
  readonly done: 'saved' | 'removed' | 'section-removed';
}

/** The entries of one section: shown, moved and removed; one of the person's own is also renamed and removed. */
export interface ListEditor {
  show(page: SignedInRequest, list: EntryList, resume: ResumeDetail, returned: ReturnedList | null): Response;
  act(page: SignedInRequest, list: EntryList, resume: ResumeDetail): Promise<Response>;
}

export function createListEditor({ messages, respond, csrf }: PageTools, editing: Editing): ListEditor {
  const gone = (page: SignedInRequest) => respond.seeOther(`${editing.path(page)}?done=section-gone`);

  function show(page: SignedInRequest, list: EntryList, resume: ResumeDetail, returned: ReturnedList | null) {
    if (!list.exists) return gone(page);
    const problems = returned?.problems ?? [];
    const body = (
      <EditList
        messages={messages}
        path={editing.path(page)}
        list={list}
        csrfToken={csrf.issue(page.session.sessionId)}
        revision={resume.revision}
        done={doneText(messages, page.query, EDIT_DONE)}
        problems={problems}
        changes={returned?.changes ?? []}
        heading={formValue(page.form, HEADING_FIELD.name)}
      />
    );
    return respond.owner(page, {
      title: titleOfList(messages, list),
      body,
      status: returned?.status ?? 200,
      hasProblems: problems.length > 0,
    });
  }

  async function act(page: SignedInRequest, list: EntryList, resume: ResumeDetail): Promise<Response> {
    if (!list.exists) return gone(page);
    const revision = Number(formValue(page.form, 'revision'));
    const refuse = async (now: ResumeDetail, text: MessageKey, status: number, field: string | null = null) =>
      show(page, findList(now.data, list.key) ?? list, now, {
        problems: [{ field, text: messages.text(text) }],
        changes: status === 409 ? await editing.listChanges(page, revision || 1) : [],
        status,
      });
    if (resume.isLocked) return refuse(resume, 'edit.locked', 423);
    if (revision !== resume.revision) return refuse(resume, 'edit.changedList', 409);
    const action = toAction(page.form, list, resume);
    if (action === 'no_heading') return refuse(resume, 'edit.noHeading', 400, HEADING_FIELD.name);
    if (action === null) return refuse(resume, 'edit.invalid', 400);
    const outcome = await editing.patch(page, resume, action.operations);
    const next = action.done === 'section-removed' ? editing.path(page) : `${editing.path(page)}/${list.key}`;
    if (outcome.ok) return respond.seeOther(`${next}?done=${action.done}`);
    if (outcome.reason === 'not_found') return editing.notFound(page);
    if (outcome.reason === 'changed') return editing.withResume(page, (now) => refuse(now, 'edit.changedList', 409));
    return refuse(resume, outcome.reason === 'locked' ? 'edit.locked' : 'edit.invalid', EDIT_STATUS[outcome.reason]);
  }

  return { show, act };
}

/** @returns null for what no button of the page sends */
function toAction(form: URLSearchParams, list: EntryList, resume: ResumeDetail): ListAction | 'no_heading' | null {
  const action = formValue(form, 'action');
  if (list.customIndex !== null && action === 'rename') {
    const heading = formValue(form, HEADING_FIELD.name)?.trim() ?? '';
    if (heading === '') return 'no_heading';
    return { operations: heading === list.heading ? [] : [buildHeading(list, heading)], done: 'saved' };
  }
  if (list.customIndex !== null && action === 'remove-section')
    return { operations: buildSectionRemoval(resume.data, list), done: 'section-removed' };
  const move = buildMove(list, action, Number(formValue(form, 'entry')) - 1);
  return move === null ? null : { operations: [move], done: move.op === 'remove' ? 'removed' : 'saved' };
}

import type { FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { EditOutcome, ResumeDetail } from './dependencies.ts';
import { createEditing } from './editing.ts';
import { EDIT_LISTS, isListName, isSingleName, listTokens } from './edit-fields.ts';
import { EDIT_DONE } from './edit-done.ts';
import { createListEditor } from './edit-list.tsx';
import { createSectionRoutes } from './edit-sections.tsx';
import { EDIT_FORM_ID, EditForm, EditOverview, titleOfSection } from './edit-page.tsx';
import { describeEditProblems, EDIT_STATUS } from './edit-problems.ts';
import { findAgain, readForm, toEntry, toSingle, type EditFormTarget } from './edit-target.ts';
import { buildAddition, buildOperations, listEntries, listTouched, markValues, parseValues, type EditValues } from './edit-values.ts';
import { createLookPreviewRoutes, LookPreview } from './look-preview.tsx';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';

/** Values of a form that comes back, what is wrong with it, and what has changed since it was opened. */
interface Returned {
  readonly values: EditValues;
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
  readonly status: number;
}

/**
 * GET /resumes/:id/edit, GET and POST …/edit/:section and …/edit/:section/:entry (its number, or `new`): a resume in forms, a
 * part at a time. A form writes what was changed in it and nothing else, on the revision it was opened with.
 */
export function createEditRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;
  const editing = createEditing(tools);
  const lists = createListEditor(tools, editing);

  const overview = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const counts = new Map(EDIT_LISTS.map((list) => [list, listEntries(resume.data, listTokens(list)).length]));
      const done = doneText(messages, page.query, EDIT_DONE);
      const body = <EditOverview messages={messages} path={editing.path(page)} name={resume.name} done={done} counts={counts} />;
      return respond.owner(page, { title: messages.text('edit.title', { name: resume.name }), body });
    });

  function showForm(page: SignedInRequest, form: EditFormTarget, resume: ResumeDetail, returned: Returned | null) {
    const problems = returned?.problems ?? [];
    const current = readForm(form, resume);
    const title = messages.text(titleOfSection(form.section));
    const number = form.index + 1;
    const heading = !isListName(form.section)
      ? title
      : form.isNew
        ? messages.text('edit.newTitle', { section: title })
        : messages.text('edit.entryTitle', { section: title, number });
    const path = editing.path(page);
    const here = `${path}/${form.section}`;
    const values = returned?.values ?? current;
    const isLook = form.section === 'look';
    const body = (
      <EditForm
        messages={messages}
        path={path}
        title={heading}
        action={isListName(form.section) ? `${here}/${form.isNew ? 'new' : number}` : here}
        backTo={isListName(form.section) ? here : path}
        fields={form.target.fields}
        values={values}
        marks={markValues(current)}
        revision={resume.revision}
        csrfToken={csrf.issue(page.session.sessionId)}
        problems={problems}
        changes={returned?.changes ?? []}
        preview={isLook ? <LookPreview messages={messages} path={`${here}/preview`} values={values} formId={EDIT_FORM_ID} /> : null}
      />
    );
    const view = { title: heading, body, status: returned?.status ?? 200, hasProblems: problems.length > 0 };
    return respond.owner(page, isLook ? { ...view, script: 'page', hasFrame: true } : view);
  }

  async function saveForm(page: SignedInRequest, form: EditFormTarget, resume: ResumeDetail): Promise<Response> {
    const values = parseValues(page.form, form.target.fields);
    const touched = listTouched(values, formValue(page.form, 'began') ?? '');
    if (formValue(page.form, 'action') === 'preview')
      return showForm(page, form, resume, { values, problems: [], changes: [], status: 200 });
    const revision = Number(formValue(page.form, 'revision'));
    if (revision !== resume.revision || resume.isLocked) return returnChanged(page, form, resume, values, touched);
    const outcome = await write(page, form, resume, values, touched);
    if (outcome === null) {
      const problems = [{ field: null, text: messages.text('edit.nothing') }];
      return showForm(page, form, resume, { values, problems, changes: [], status: 400 });
    }
    if (outcome.ok) return respond.seeOther(`${editing.path(page)}${isListName(form.section) ? `/${form.section}` : ''}?done=saved`);
    if (outcome.reason === 'not_found') return editing.notFound(page);
    if (outcome.reason === 'changed') return editing.withResume(page, (now) => returnChanged(page, form, now, values, touched));
    const problems = describeEditProblems(messages, form.target, outcome);
    return showForm(page, form, resume, { values, problems, changes: [], status: EDIT_STATUS[outcome.reason] });
  }

  /** What nobody typed is as it is now; what was typed stands, to be saved on the revision of now. */
  async function returnChanged(
    page: SignedInRequest,
    form: EditFormTarget,
    resume: ResumeDetail,
    typed: EditValues,
    touched: ReadonlySet<string>,
  ): Promise<Response> {
    const changes = await editing.listChanges(page, Number(formValue(page.form, 'revision')) || 1);
    const found = form.isNew ? form : findAgain(form, resume, formValue(page.form, 'began') ?? '');
    const current = readForm(found ?? form, resume);
    const values =
      found === null ? typed : new Map([...typed].map(([name, text]) => [name, touched.has(name) ? text : (current.get(name) ?? '')]));
    const text = resume.isLocked ? 'edit.locked' : found === null ? 'edit.changedEntry' : 'edit.changed';
    const problems: FormProblem[] = [{ field: null, text: messages.text(text) }];
    return showForm(page, found ?? toNewEntry(form, resume), resume, { values, problems, changes, status: resume.isLocked ? 423 : 409 });
  }

  /** @returns null when there is nothing to write */
  async function write(
    page: SignedInRequest,
    form: EditFormTarget,
    resume: ResumeDetail,
    values: EditValues,
    touched: ReadonlySet<string>,
  ): Promise<EditOutcome | null> {
    if (form.section === 'details') {
      const changed = (name: 'name' | 'slug') => (touched.has(name) ? { [name]: (values.get(name) ?? '').trim() } : {});
      const tags = touched.has('tags') ? { tags: (values.get('tags') ?? '').split('\n').flatMap((tag) => tag.trim() || []) } : {};
      return touched.size === 0
        ? { ok: true }
        : deps.edits.rename(editing.ownerOf(page), resume.id, { ...changed('name'), ...changed('slug'), ...tags });
    }
    const operations = form.isNew
      ? buildAddition(resume.data, form.target, values)
      : buildOperations(resume.data, form.target, values, touched);
    if (operations === null) return null;
    return editing.patch(page, resume, operations);
  }

  const openSection = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const { section } = page.params;
      if (isListName(section)) return lists.show(page, section, resume, null);
      return isSingleName(section) ? showForm(page, toSingle(section), resume, null) : editing.notFound(page);
    });

  const postSection = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const { section } = page.params;
      if (isListName(section)) return lists.act(page, section, resume);
      return isSingleName(section) ? saveForm(page, toSingle(section), resume) : editing.notFound(page);
    });

  const withEntry = (page: SignedInRequest, use: (form: EditFormTarget, resume: ResumeDetail) => Promise<Response>) =>
    editing.withResume(page, async (resume) => {
      const { section, entry = '' } = page.params;
      if (!isListName(section)) return editing.notFound(page);
      const count = listEntries(resume.data, listTokens(section)).length;
      if (entry === 'new') return use(toEntry(section, count, true), resume);
      if (!/^[1-9]\d{0,5}$/.test(entry)) return editing.notFound(page);
      // A POST for an entry that has gone gets its text back.
      if (Number(entry) > count && page.request.method !== 'POST') return respond.seeOther(`${editing.path(page)}/${section}?done=gone`);
      return use(toEntry(section, Number(entry) - 1, false), resume);
    });

  const section = '/resumes/:id/edit/:section';
  return [
    { method: 'GET', path: '/resumes/:id/edit', access: 'signed_in', handle: overview },
    ...createLookPreviewRoutes(tools),
    ...createSectionRoutes(tools),
    { method: 'GET', path: section, access: 'signed_in', handle: openSection },
    { method: 'POST', path: section, access: 'signed_in', handle: postSection },
    {
      method: 'GET',
      path: `${section}/:entry`,
      access: 'signed_in',
      handle: (page) => withEntry(page, async (form, resume) => showForm(page, form, resume, null)),
    },
    {
      method: 'POST',
      path: `${section}/:entry`,
      access: 'signed_in',
      handle: (page) => withEntry(page, (form, resume) => saveForm(page, form, resume)),
    },
  ];
}

/** Where the text of an entry that has gone may go. */
function toNewEntry({ section, index }: EditFormTarget, resume: ResumeDetail): EditFormTarget {
  if (!isListName(section)) return toSingle(section);
  return toEntry(section, Math.max(index, listEntries(resume.data, listTokens(section)).length), true);
}

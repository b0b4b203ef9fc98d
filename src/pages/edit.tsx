import type { FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { EditOutcome, ResumeDetail } from './dependencies.ts';
import { createEditing } from './editing.ts';
import { createCustomSectionRoutes } from './edit-custom.tsx';
import { EDIT_DONE } from './edit-done.ts';
import { isSingleName } from './edit-fields.ts';
import { createListEditor } from './edit-list.tsx';
import { createSectionRoutes } from './edit-sections.tsx';
import { EDIT_FORM_ID, EditForm, EditOverview, ListTitle, titleOfList, titleOfSingle } from './edit-page.tsx';
import { describeEditProblems, EDIT_STATUS } from './edit-problems.ts';
import { findAgain, readForm, toEntry, toNewEntry, toSingle, type EditFormTarget } from './edit-target.ts';
import { buildAddition, buildOperations, listTouched, markValues, parseValues, type EditValues } from './edit-values.ts';
import { findList, listLists } from './entry-lists.ts';
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
      const done = doneText(messages, page.query, EDIT_DONE);
      const body = (
        <EditOverview messages={messages} path={editing.path(page)} name={resume.name} done={done} lists={listLists(resume.data)} />
      );
      return respond.owner(page, { title: messages.text('edit.title', { name: resume.name }), body });
    });

  function showForm(page: SignedInRequest, form: EditFormTarget, resume: ResumeDetail, returned: Returned | null) {
    const problems = returned?.problems ?? [];
    const current = readForm(form, resume);
    const path = editing.path(page);
    const { title, heading, here, backTo } = nameForm(form, path);
    const values = returned?.values ?? current;
    const isLook = form.kind === 'single' && form.section === 'look';
    const body = (
      <EditForm
        messages={messages}
        path={path}
        title={heading}
        action={here}
        backTo={backTo}
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
    const view = { title, body, status: returned?.status ?? 200, hasProblems: problems.length > 0 };
    return respond.owner(page, isLook ? { ...view, script: 'page', hasFrame: true } : view);
  }

  /** What a form is called, as text and as elements, and its addresses. */
  function nameForm(form: EditFormTarget, path: string) {
    if (form.kind === 'single') {
      const title = messages.text(titleOfSingle(form.section));
      return { title, heading: title, here: `${path}/${form.section}`, backTo: path };
    }
    const { list, isNew, index } = form;
    const number = index + 1;
    const section = titleOfList(messages, list);
    const element = <ListTitle messages={messages} list={list} />;
    const backTo = `${path}/${list.key}`;
    return isNew
      ? {
          title: messages.text('edit.newTitle', { section }),
          heading: messages.rich('edit.newTitle', { section: element }),
          here: `${backTo}/new`,
          backTo,
        }
      : {
          title: messages.text('edit.entryTitle', { section, number }),
          heading: messages.rich('edit.entryTitle', { section: element, number }),
          here: `${backTo}/${number}`,
          backTo,
        };
  }

  async function saveForm(page: SignedInRequest, form: EditFormTarget, resume: ResumeDetail): Promise<Response> {
    const values = parseValues(page.form, form.target.fields);
    const touched = listTouched(values, formValue(page.form, 'began') ?? '');
    if (formValue(page.form, 'action') === 'preview')
      return showForm(page, form, resume, { values, problems: [], changes: [], status: 200 });
    const revision = Number(formValue(page.form, 'revision'));
    const isGone = form.kind === 'entry' && !form.list.exists;
    if (revision !== resume.revision || resume.isLocked || isGone) return returnChanged(page, form, resume, values, touched);
    const outcome = await write(page, form, resume, values, touched);
    if (outcome === null) {
      const problems = [{ field: null, text: messages.text('edit.nothing') }];
      return showForm(page, form, resume, { values, problems, changes: [], status: 400 });
    }
    if (outcome.ok) return respond.seeOther(`${editing.path(page)}${form.kind === 'entry' ? `/${form.list.key}` : ''}?done=saved`);
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
    const { form: found, missing } = findAgain(form, resume, formValue(page.form, 'began') ?? '');
    const current = readForm(found, resume);
    const values =
      missing === null ? new Map([...typed].map(([name, text]) => [name, touched.has(name) ? text : (current.get(name) ?? '')])) : typed;
    const text = resume.isLocked ? 'edit.locked' : CHANGED[missing ?? 'nothing'];
    const problems: FormProblem[] = [{ field: null, text: messages.text(text) }];
    return showForm(page, found, resume, { values, problems, changes, status: resume.isLocked ? 423 : 409 });
  }

  /** @returns null when there is nothing to write */
  async function write(
    page: SignedInRequest,
    form: EditFormTarget,
    resume: ResumeDetail,
    values: EditValues,
    touched: ReadonlySet<string>,
  ): Promise<EditOutcome | null> {
    if (form.kind === 'single' && form.section === 'details') {
      const changed = (name: 'name' | 'slug') => (touched.has(name) ? { [name]: (values.get(name) ?? '').trim() } : {});
      const tags = touched.has('tags') ? { tags: (values.get('tags') ?? '').split('\n').flatMap((tag) => tag.trim() || []) } : {};
      return touched.size === 0
        ? { ok: true }
        : deps.edits.rename(editing.ownerOf(page), resume.id, { ...changed('name'), ...changed('slug'), ...tags });
    }
    const operations =
      form.kind === 'entry' && form.isNew
        ? buildAddition(resume.data, form.target, values)
        : buildOperations(resume.data, form.target, values, touched);
    if (operations === null) return null;
    return editing.patch(page, resume, operations);
  }

  const openSection = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const { section = '' } = page.params;
      const list = findList(resume.data, section);
      if (list !== null) return lists.show(page, list, resume, null);
      return isSingleName(section) ? showForm(page, toSingle(section), resume, null) : editing.notFound(page);
    });

  const postSection = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const { section = '' } = page.params;
      const list = findList(resume.data, section);
      if (list !== null) return lists.act(page, list, resume);
      return isSingleName(section) ? saveForm(page, toSingle(section), resume) : editing.notFound(page);
    });

  const withEntry = (page: SignedInRequest, use: (form: EditFormTarget, resume: ResumeDetail) => Promise<Response>) =>
    editing.withResume(page, async (resume) => {
      const { section = '', entry = '' } = page.params;
      const list = findList(resume.data, section);
      if (list === null || (entry !== 'new' && !/^[1-9]\d{0,5}$/.test(entry))) return editing.notFound(page);
      // A POST for what has gone gets its text back.
      const isRead = page.request.method !== 'POST';
      if (isRead && !list.exists) return respond.seeOther(`${editing.path(page)}?done=section-gone`);
      if (entry === 'new') return use(toNewEntry(list), resume);
      if (isRead && Number(entry) > list.entries.length) return respond.seeOther(`${editing.path(page)}/${section}?done=gone`);
      return use(toEntry(list, Number(entry) - 1), resume);
    });

  const section = '/resumes/:id/edit/:section';
  return [
    { method: 'GET', path: '/resumes/:id/edit', access: 'signed_in', handle: overview },
    ...createLookPreviewRoutes(tools),
    ...createSectionRoutes(tools),
    ...createCustomSectionRoutes(tools),
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

/** What to say of a form that is behind the resume, by what is not there any more. */
const CHANGED = { nothing: 'edit.changed', entry: 'edit.changedEntry', section: 'edit.changedSection' } as const;

import type { FormProblem } from './components/feedback.tsx';
import { MAX_CUSTOM_SECTIONS } from '../resumes/settings.ts';
import { buildCustomSection, HEADING_FIELD } from './custom-sections.ts';
import type { ResumeDetail } from './dependencies.ts';
import { EditForm } from './edit-page.tsx';
import { describeEditProblems, EDIT_STATUS } from './edit-problems.ts';
import { parseValues } from './edit-values.ts';
import { createEditing } from './editing.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';

/** GET and POST /resumes/:id/edit/custom: a new section of the person's own. It goes last, whatever has changed since. */
export function createCustomSectionRoutes(tools: PageTools): readonly PageRoute[] {
  const { messages, respond, csrf } = tools;
  const editing = createEditing(tools);

  function show(page: SignedInRequest, resume: ResumeDetail, problems: readonly FormProblem[], status: number): Response {
    const path = editing.path(page);
    const title = messages.text('edit.newSection');
    const body = (
      <EditForm
        messages={messages}
        path={path}
        title={title}
        action={`${path}/custom`}
        backTo={path}
        fields={[HEADING_FIELD]}
        values={parseValues(page.form, [HEADING_FIELD])}
        marks=""
        revision={resume.revision}
        csrfToken={csrf.issue(page.session.sessionId)}
        problems={problems}
        changes={[]}
        preview={null}
      />
    );
    return respond.owner(page, { title, body, status, hasProblems: problems.length > 0 });
  }

  const open = (page: SignedInRequest) => editing.withResume(page, async (resume) => show(page, resume, [], 200));

  const add = (page: SignedInRequest) =>
    editing.withResume(page, async (resume) => {
      const heading = (parseValues(page.form, [HEADING_FIELD]).get(HEADING_FIELD.name) ?? '').trim();
      const refuse = (field: string | null, text: string, status: number) => show(page, resume, [{ field, text }], status);
      if (heading === '') return refuse(HEADING_FIELD.name, messages.text('edit.noHeading'), 400);
      const section = buildCustomSection(resume.data, heading);
      if (section === null) return refuse(null, messages.text('edit.tooManySections', { count: MAX_CUSTOM_SECTIONS }), 422);
      const outcome = await editing.patch(page, resume, section.operations);
      if (outcome.ok) return respond.seeOther(`${editing.path(page)}/${section.key}?done=section-added`);
      if (outcome.reason === 'not_found') return editing.notFound(page);
      if (outcome.reason === 'changed') return refuse(null, messages.text('edit.changed'), 409);
      const problems = describeEditProblems(messages, { tokens: [], fields: [] }, outcome);
      return show(page, resume, problems, EDIT_STATUS[outcome.reason]);
    });

  const path = '/resumes/:id/edit/custom';
  return [
    { method: 'GET', path, access: 'signed_in', handle: open },
    { method: 'POST', path, access: 'signed_in', handle: add },
  ];
}

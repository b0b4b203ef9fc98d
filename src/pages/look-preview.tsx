import type { VNode } from 'preact';
import { SINGLE_FIELDS } from './edit-fields.ts';
import { applyLook } from './edit-target.ts';
import { parseValues, type EditValues } from './edit-values.ts';
import { createEditing } from './editing.ts';
import { allowOwnFrame } from './headers.ts';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';
import { buildResumeDocument } from './resume-document.ts';

/** GET /resumes/:id/edit/look/preview: the resume as it is in a look that is not saved, for a frame of our own page. */
export function createLookPreviewRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, respond } = tools;
  const editing = createEditing(tools);

  async function preview(page: SignedInRequest): Promise<Response> {
    const resume = await deps.output.findOwn(page.session.userId, page.params.id ?? '');
    if (resume === null) return allowOwnFrame(editing.notFound(page));
    const data = applyLook(resume, parseValues(new URLSearchParams(page.query), SINGLE_FIELDS.look));
    if (data === null) return allowOwnFrame(respond.problem('malformed', page));
    const url = `${deps.identifiers.issuer}${editing.resumePath(page)}/view`;
    return allowOwnFrame(buildResumeDocument({ ...resume, data }, { url, isIndexed: false, pdf: null }));
  }

  return [{ method: 'GET', path: '/resumes/:id/edit/look/preview', access: 'signed_in', handle: preview }];
}

interface LookPreviewProps {
  readonly messages: Messages;
  /** Of the preview, without a query. */
  readonly path: string;
  readonly values: EditValues;
  /** Id of the form that the script watches. */
  readonly formId: string;
}

export function LookPreview({ messages, path, values, formId }: LookPreviewProps): VNode {
  return (
    <section class="preview" aria-labelledby="preview">
      <h2 id="preview">{messages.text('edit.previewTitle')}</h2>
      <iframe
        title={messages.text('edit.previewTitle')}
        src={`${path}?${new URLSearchParams([...values])}`}
        data-preview={path}
        data-form={formId}
        data-fields={[...values.keys()].join(' ')}
      />
    </section>
  );
}

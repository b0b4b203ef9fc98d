import { toPointer } from '../resumes/pointer.ts';
import type { FormProblem } from './components/feedback.tsx';
import type { EditTarget, EditField } from './edit-fields.ts';
import type { Messages } from './messages.ts';
import type { EditOutcome, EditRefusal } from './dependencies.ts';

export const EDIT_STATUS: Readonly<Record<EditRefusal, number>> = {
  not_found: 404,
  locked: 423,
  changed: 409,
  invalid: 422,
  too_large: 413,
  slug_taken: 409,
};

/** What to put right, each at its field; what belongs to no field of the form is said above it. */
export function describeEditProblems(
  messages: Messages,
  target: EditTarget,
  { reason, pointers }: EditOutcome & { readonly ok: false },
): readonly FormProblem[] {
  if (reason === 'slug_taken') return [{ field: 'slug', text: messages.text('edit.slugTaken') }];
  if (reason === 'locked') return [{ field: null, text: messages.text('edit.locked') }];
  if (reason === 'too_large') return [{ field: null, text: messages.text('edit.tooLarge') }];
  const wrong = target.fields.filter(({ path }) => {
    const own = toPointer([...target.tokens, ...path]);
    return pointers.some((pointer) => pointer === own || pointer.startsWith(`${own}/`));
  });
  if (wrong.length === 0) return [{ field: null, text: messages.text('edit.invalid') }];
  return wrong.map((field) => ({ field: field.name, text: textOf(messages, field) }));
}

function textOf(messages: Messages, { kind, label: key, name }: EditField): string {
  const label = messages.text(key);
  if (name === 'slug') return messages.text('edit.invalid.slug', { label });
  if (name === 'language' && key === 'edit.contentLanguage') return messages.text('edit.invalid.language', { label });
  return messages.text(
    kind === 'url' || kind === 'email' || kind === 'date' || kind === 'colour' ? `edit.invalid.${kind}` : 'edit.invalid.other',
    {
      label,
    },
  );
}

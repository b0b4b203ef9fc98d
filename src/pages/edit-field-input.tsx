import type { VNode } from 'preact';
import { TEMPLATE_NAMES } from '../resumes/settings.ts';
import { problemOf, type FormProblem } from './components/feedback.tsx';
import { Choice, ChoiceGroup, SelectField, TextArea, TextField } from './components/fields.tsx';
import type { EditField } from './edit-fields.ts';
import type { Messages } from './messages.ts';

interface InputProps {
  readonly messages: Messages;
  readonly field: EditField;
  readonly value: string;
  readonly problems: readonly FormProblem[];
}

/** One field of a form, as its kind is typed in. */
export function EditFieldInput({ messages, field, value, problems }: InputProps): VNode {
  const { name, kind, options } = field;
  const label = messages.text(field.label);
  const problem = problemOf(problems, name);
  const common = { name, label, value, problem, hint: hintOf(messages, field) };
  switch (kind) {
    case 'list':
      return <TextArea {...common} rows={4} />;
    case 'prose':
      return <TextArea {...common} rows={name === 'location.address' ? 2 : 5} />;
    case 'template':
      return <TemplateChoice messages={messages} field={field} value={value} problem={problem} />;
    case 'choice':
      return (
        <SelectField
          name={name}
          label={label}
          value={value}
          options={['', ...options].map((option) => ({ value: option, label: option === '' ? messages.text('edit.default') : option }))}
        />
      );
    case 'colour':
      return <TextField {...common} type="color" autocomplete="off" required={false} />;
    case 'email':
      return <TextField {...common} type="email" autocomplete="off" required={false} />;
    case 'line':
    case 'url':
    case 'date':
      return <TextField {...common} autocomplete="off" required={false} />;
  }
}

/** Each template by its name and what it looks like. */
function TemplateChoice({ messages, field, value, problem }: Omit<InputProps, 'problems'> & { readonly problem: string | null }): VNode {
  return (
    <ChoiceGroup id={field.name} legend={messages.text(field.label)} problem={problem}>
      {(['default', ...TEMPLATE_NAMES] as const).map((template) => {
        const choice = template === 'default' ? '' : template;
        return (
          <Choice
            key={template}
            type="radio"
            id={`template-${template}`}
            name={field.name}
            value={choice}
            checked={value === choice}
            label={messages.text(`edit.template.${template}`)}
            hint={messages.text(`edit.template.${template}.hint`)}
          />
        );
      })}
    </ChoiceGroup>
  );
}

function hintOf(messages: Messages, { name, kind, label }: EditField): string | null {
  if (name === 'endDate') return messages.text('edit.hint.endDate');
  if (name === 'slug') return messages.text('edit.hint.slug');
  if (name === 'location.countryCode') return messages.text('edit.hint.countryCode');
  if (kind === 'date') return messages.text('edit.hint.date');
  if (kind === 'list') return messages.text('edit.hint.list');
  return label === 'edit.contentLanguage' ? messages.text('edit.hint.contentLanguage') : null;
}

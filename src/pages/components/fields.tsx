import type { ComponentChildren, VNode } from 'preact';

interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password' | 'color';
  readonly value?: string;
  readonly hint?: string | null;
  readonly problem?: string | null;
  readonly autocomplete: string;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
}

/** A labelled one-line field; hint and problem are read with it. */
export function TextField(props: TextFieldProps): VNode {
  const { name, label, type = 'text', value, hint, problem, autocomplete, required = true, maxLength, minLength } = props;
  const descriptions = [hint ? `${name}-hint` : null, problem ? `${name}-problem` : null].filter((id) => id !== null);
  const attributes = {
    id: name,
    name,
    value,
    autocomplete,
    required,
    maxLength,
    minLength,
    'aria-invalid': problem ? ('true' as const) : undefined,
    'aria-describedby': descriptions.length === 0 ? undefined : descriptions.join(' '),
  };
  // Keyboards must not improve what is not prose.
  const literal = { spellcheck: false, autocapitalize: 'none' as const };
  return (
    <div class={problem ? 'field field-invalid' : 'field'}>
      <label for={name}>{label}</label>
      {hint ? (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p class="field-problem" id={`${name}-problem`}>
          {problem}
        </p>
      ) : null}
      {type === 'text' ? <input type="text" {...attributes} /> : null}
      {type === 'email' ? <input type="email" {...attributes} {...literal} /> : null}
      {type === 'color' ? <input type="color" {...attributes} /> : null}
      {type === 'password' ? <input type="password" {...attributes} {...literal} /> : null}
    </div>
  );
}

interface TextAreaProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly hint?: string | null;
  readonly problem?: string | null;
}

/** A labelled field of several lines. */
export function TextArea({ name, label, value, rows, hint, problem }: TextAreaProps): VNode {
  const descriptions = [hint ? `${name}-hint` : null, problem ? `${name}-problem` : null].filter((id) => id !== null);
  return (
    <div class={problem ? 'field field-invalid' : 'field'}>
      <label for={name}>{label}</label>
      {hint ? (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p class="field-problem" id={`${name}-problem`}>
          {problem}
        </p>
      ) : null}
      <textarea
        id={name}
        name={name}
        rows={rows}
        aria-invalid={problem ? 'true' : undefined}
        aria-describedby={descriptions.length === 0 ? undefined : descriptions.join(' ')}
        // A parser drops the line end that a text area begins with.
        value={value.startsWith('\n') ? `\n${value}` : value}
      />
    </div>
  );
}

interface FileFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly problem: string | null;
  /** What the picker offers first, e.g. `.json`. */
  readonly accept: string;
}

/** A labelled file picker; its form needs `enctype="multipart/form-data"`. */
export function FileField({ name, label, hint, problem, accept }: FileFieldProps): VNode {
  return (
    <div class={problem === null ? 'field' : 'field field-invalid'}>
      <label for={name}>{label}</label>
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
      {problem === null ? null : (
        <p class="field-problem" id={`${name}-problem`}>
          {problem}
        </p>
      )}
      <input
        type="file"
        id={name}
        name={name}
        accept={accept}
        required
        aria-invalid={problem === null ? undefined : 'true'}
        aria-describedby={problem === null ? `${name}-hint` : `${name}-hint ${name}-problem`}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly type: 'checkbox' | 'radio';
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
}

/** A checkbox or radio button with its label as one large target. */
export function Choice({ type, id, name, value, checked, disabled = false, label, hint }: ChoiceProps): VNode {
  return (
    <div class="choice">
      <input
        type={type}
        id={id}
        name={name}
        value={value}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      <div>
        <label for={id}>{label}</label>
        {hint ? (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

interface ChoiceGroupProps {
  readonly legend: string;
  readonly hint?: string | null;
  readonly problem?: string | null;
  readonly id: string;
  readonly children: ComponentChildren;
}

export function ChoiceGroup({ legend, hint, problem, id, children }: ChoiceGroupProps): VNode {
  const descriptions = [hint ? `${id}-hint` : null, problem ? `${id}-problem` : null].filter((part) => part !== null);
  return (
    <fieldset id={id} aria-describedby={descriptions.length === 0 ? undefined : descriptions.join(' ')}>
      <legend>{legend}</legend>
      {hint ? (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p class="field-problem" id={`${id}-problem`}>
          {problem}
        </p>
      ) : null}
      <div class="choices">{children}</div>
    </fieldset>
  );
}

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export function SelectField({ name, label, value, options }: SelectFieldProps): VNode {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A value that only travels along; absent when null. */
export function HiddenField({ name, value }: { readonly name: string; readonly value: string | null }): VNode | null {
  return value === null ? null : <input type="hidden" name={name} value={value} />;
}

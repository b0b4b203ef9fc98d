import type { ComponentChildren, VNode } from 'preact';

interface LabelledProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | null | undefined;
  readonly problem?: string | null | undefined;
  readonly children: ComponentChildren;
}

/** What stands around a control of any kind; {@link describe} ties the control to it. */
function Labelled({ name, label, hint, problem, children }: LabelledProps): VNode {
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
      {children}
    </div>
  );
}

/** Hint and problem are read with the control or group of this id. */
function describe(id: string, { hint, problem }: Pick<LabelledProps, 'hint' | 'problem'>): string | undefined {
  const parts = [hint ? `${id}-hint` : null, problem ? `${id}-problem` : null].filter((part) => part !== null);
  return parts.length === 0 ? undefined : parts.join(' ');
}

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
  const attributes = {
    id: name,
    name,
    value,
    autocomplete,
    required,
    maxLength,
    minLength,
    'aria-invalid': problem ? ('true' as const) : undefined,
    'aria-describedby': describe(name, { hint, problem }),
  };
  // Keyboards must not improve what is not prose.
  const literal = { spellcheck: false, autocapitalize: 'none' as const };
  return (
    <Labelled name={name} label={label} hint={hint} problem={problem}>
      {type === 'text' ? <input type="text" {...attributes} /> : null}
      {type === 'email' ? <input type="email" {...attributes} {...literal} /> : null}
      {type === 'color' ? <input type="color" {...attributes} /> : null}
      {type === 'password' ? <input type="password" {...attributes} {...literal} /> : null}
    </Labelled>
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
  return (
    <Labelled name={name} label={label} hint={hint} problem={problem}>
      <textarea
        id={name}
        name={name}
        rows={rows}
        aria-invalid={problem ? 'true' : undefined}
        aria-describedby={describe(name, { hint, problem })}
        // A parser drops the line end that a text area begins with.
        value={value.startsWith('\n') ? `\n${value}` : value}
      />
    </Labelled>
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
    <Labelled name={name} label={label} hint={hint} problem={problem}>
      <input
        type="file"
        id={name}
        name={name}
        accept={accept}
        required
        aria-invalid={problem === null ? undefined : 'true'}
        aria-describedby={describe(name, { hint, problem })}
      />
    </Labelled>
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
  return (
    <fieldset id={id} aria-describedby={describe(id, { hint, problem })}>
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

import type { VNode } from 'preact';
import { SUPPORTED_SCOPES } from '../authorization-server/scopes.ts';
import { DurationChoice, ModeChoice, ResumeChoice, ScopeChoice, type AccessForm } from './components/access-choices.tsx';
import { Choice, ChoiceGroup, FileField, HiddenField, SelectField, TextArea, TextField } from './components/fields.tsx';
import type { Messages } from './messages.ts';

/** A component in its states. */
export interface Specimen {
  /** In `components/`. */
  readonly file: string;
  readonly component: string;
  readonly states: VNode;
}

export const LONG = 'AVeryLongWordThatHasToBreakSomewhereBecauseItDoesNotFitOnAnyNarrowScreenAtAll';
export const PROBLEM = 'Something is wrong with this.';
const FORM: AccessForm = { scopes: ['resumes:read'], resumeChoice: 'only', resumeIds: ['r1'], mode: 'edit' };
const RESUMES: readonly { readonly id: string; readonly name: string }[] = [
  { id: 'r1', name: 'Product designer, 2027' },
  { id: 'r2', name: LONG },
];

/** Fields, alone and in groups. */
export function buildFields(): readonly Specimen[] {
  const file = 'fields.tsx';
  const hint = 'What it is for.';
  const options = [
    { value: 'a', label: 'One' },
    { value: 'b', label: 'Another' },
  ];
  return [
    {
      file,
      component: 'TextField',
      states: (
        <>
          <TextField name="specimen-plain" label="Plain" hint={hint} autocomplete="off" />
          <TextField name="specimen-wrong" label="Wrong" value="Value" problem={PROBLEM} autocomplete="off" />
          <TextField name="specimen-password" label="Password" type="password" value="secret" autocomplete="off" />
          <TextField name="specimen-colour" label="Colour" type="color" value="#1f4e79" autocomplete="off" />
        </>
      ),
    },
    {
      file,
      component: 'TextArea',
      states: (
        <>
          <TextArea name="specimen-area" label="Several lines" value={`One\n${LONG}`} rows={3} hint={hint} />
          <TextArea name="specimen-area-wrong" label="Wrong" value="" rows={2} problem={PROBLEM} />
        </>
      ),
    },
    {
      file,
      component: 'FileField',
      states: (
        <>
          <FileField name="specimen-file" label="File" hint={hint} problem={null} accept=".json" />
          <FileField name="specimen-file-wrong" label="File, wrong" hint={hint} problem={PROBLEM} accept=".json" />
        </>
      ),
    },
    { file, component: 'SelectField', states: <SelectField name="specimen-select" label="One of these" value="b" options={options} /> },
    {
      file,
      component: 'Choice',
      states: (
        <>
          {(['checkbox', 'radio'] as const).map((type) => (
            <div key={type} class="choices">
              <Choice type={type} id={`${type}-on`} name={`specimen-${type}`} value="on" checked label={`${type}, chosen`} hint={hint} />
              <Choice type={type} id={`${type}-off`} name={`specimen-${type}`} value="off" checked={false} label={`${type}, not chosen`} />
              <Choice
                type={type}
                id={`${type}-no`}
                name={`specimen-${type}`}
                value="no"
                checked={false}
                disabled
                label={`${type}, disabled`}
              />
            </div>
          ))}
        </>
      ),
    },
    {
      file,
      component: 'ChoiceGroup',
      states: (
        <ChoiceGroup id="specimen-group" legend="A group" hint={hint} problem={PROBLEM}>
          <Choice type="checkbox" id="in-group" name="in-group" value="on" checked label="In the group" />
        </ChoiceGroup>
      ),
    },
    {
      file,
      component: 'HiddenField',
      states: (
        <p class="soft">
          <HiddenField name="specimen-hidden" value="nothing to see" />
          Nothing to see.
        </p>
      ),
    },
  ];
}

/** What consent and connections let a person choose. */
export function buildChoices(messages: Messages): readonly Specimen[] {
  const file = 'access-choices.tsx';
  const common = { messages, form: FORM, problems: [] };
  return [
    {
      file,
      component: 'ScopeChoice',
      states: (
        <ScopeChoice
          messages={messages}
          problems={[{ field: 'scopes', text: PROBLEM }]}
          legend="What it may do"
          offered={SUPPORTED_SCOPES}
          ticked={FORM.scopes}
          hint="A hint."
        />
      ),
    },
    { file, component: 'ModeChoice', states: <ModeChoice {...common} /> },
    { file, component: 'ResumeChoice', states: <ResumeChoice {...common} resumes={RESUMES} hasMoreResumes /> },
    { file, component: 'DurationChoice', states: <DurationChoice messages={messages} problems={[]} duration="month" /> },
  ];
}

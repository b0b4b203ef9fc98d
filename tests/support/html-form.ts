import { parse, type HTMLElement } from 'node-html-parser';

/** What a person does to a form: text by label, choices by label (`true` ticks, `false` unticks). */
export type FormInput = Readonly<Record<string, string | boolean>>;

export interface FormSubmission {
  readonly method: string;
  /** As written in the page; relative to its URL. */
  readonly action: string;
  readonly fields: URLSearchParams;
}

/** Text as a person reads it. */
export function readableText(element: HTMLElement): string {
  return element.textContent.replaceAll(/\s+/g, ' ').trim();
}

export function parseHtml(html: string): HTMLElement {
  return parse(html, { comment: false, blockTextElements: { script: false, style: false } });
}

/**
 * Fills and submits the form of the button that reads `button`, as a browser does (HTML "constructing the entry list").
 *
 * @throws Error naming what the page does have, when it has no such button or no such label in the button's form
 */
export function buildSubmission(document: HTMLElement, button: string, input: FormInput): FormSubmission {
  const buttons = document.querySelectorAll('button');
  const pressed = buttons.find((candidate) => readableText(candidate) === button);
  const form = pressed?.closest('form');
  if (pressed === undefined || form === null || form === undefined) {
    throw new Error(`no button "${button}" in a form; there are: ${buttons.map(readableText).join(', ') || 'none'}`);
  }
  for (const [label, value] of Object.entries(input)) setControl(form, findControl(form, label), value);
  const fields = new URLSearchParams();
  for (const control of form.querySelectorAll('input, textarea, select')) {
    const name = control.getAttribute('name');
    if (name === undefined || control.hasAttribute('disabled')) continue;
    const isChoice = ['checkbox', 'radio'].includes(control.getAttribute('type') ?? '');
    if (isChoice && !control.hasAttribute('checked')) continue;
    fields.append(name, valueOf(control, isChoice));
  }
  const buttonName = pressed.getAttribute('name');
  if (buttonName !== undefined) fields.append(buttonName, pressed.getAttribute('value') ?? '');
  return {
    method: (form.getAttribute('method') ?? 'get').toUpperCase(),
    action: pressed.getAttribute('formaction') ?? form.getAttribute('action') ?? '',
    fields,
  };
}

function findControl(form: HTMLElement, text: string): HTMLElement {
  const labels = form.querySelectorAll('label');
  const label = labels.find((candidate) => readableText(candidate) === text);
  const id = label?.getAttribute('for');
  const control =
    id === undefined
      ? label?.querySelector('input, textarea, select')
      : form.querySelectorAll('input, textarea, select').find((candidate) => candidate.getAttribute('id') === id);
  if (control === undefined || control === null) {
    throw new Error(`no field "${text}"; there are: ${labels.map(readableText).join(', ') || 'none'}`);
  }
  return control;
}

function setControl(form: HTMLElement, control: HTMLElement, value: string | boolean): void {
  if (typeof value === 'boolean') {
    if (value && control.getAttribute('type') === 'radio') {
      const group = form.querySelectorAll('input').filter((other) => other.getAttribute('name') === control.getAttribute('name'));
      for (const other of group) other.removeAttribute('checked');
    }
    if (value) control.setAttribute('checked', '');
    else control.removeAttribute('checked');
  } else if (control.tagName === 'SELECT') {
    const options = control.querySelectorAll('option');
    if (!options.some((option) => readableText(option) === value)) {
      throw new Error(`no option "${value}"; there are: ${options.map(readableText).join(', ')}`);
    }
    for (const option of options) {
      if (readableText(option) === value) option.setAttribute('selected', '');
      else option.removeAttribute('selected');
    }
  } else {
    control.setAttribute('value', value);
  }
}

function valueOf(control: HTMLElement, isChoice: boolean): string {
  if (control.tagName === 'SELECT') {
    const options = control.querySelectorAll('option');
    const chosen = options.find((option) => option.hasAttribute('selected')) ?? options[0];
    return chosen?.getAttribute('value') ?? '';
  }
  if (control.tagName === 'TEXTAREA') return control.getAttribute('value') ?? control.textContent.replace(/^\n/, '');
  return control.getAttribute('value') ?? (isChoice ? 'on' : '');
}

import type { ComponentChildren, VNode } from 'preact';
import { z } from 'zod';
import { HiddenField } from './components/fields.tsx';
import type { MessageKey } from './messages.ts';
import { formValue } from './page.ts';

interface PasskeyFormProps {
  readonly ceremony: 'get' | 'create';
  /** Where the script asks for the options of the ceremony. */
  readonly options: string;
  readonly action: string;
  readonly children: ComponentChildren;
}

/** A form that the script of the pages fills and sends; hidden where it does not run. */
export function PasskeyForm({ ceremony, options, action, children }: PasskeyFormProps): VNode {
  return (
    <form
      method="post"
      action={action}
      class={ceremony === 'create' ? 'panel' : undefined}
      data-passkey={ceremony}
      data-options={options}
      hidden
    >
      <HiddenField name="credential" value="" />
      <HiddenField name="problem" value="" />
      {children}
    </form>
  );
}

const credentialSchema = z.looseObject({ id: z.string().min(1).max(1_024), response: z.looseObject({}) });

type PasskeyResult =
  | { readonly ok: true; readonly credential: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: MessageKey };

/** What the script has put into the form: a credential, or why there is none. */
export function readPasskeyForm(form: URLSearchParams): PasskeyResult {
  const problem = formValue(form, 'problem') ?? '';
  if (problem !== '') return { ok: false, problem: PROBLEMS[problem] ?? 'passkey.failed' };
  try {
    const parsed = credentialSchema.safeParse(JSON.parse(formValue(form, 'credential') ?? ''));
    return parsed.success ? { ok: true, credential: parsed.data } : { ok: false, problem: 'passkey.failed' };
  } catch {
    // Not JSON: not from the script.
    return { ok: false, problem: 'passkey.failed' };
  }
}

/** Statuses of the options, and names of what the browser throws (WebAuthn Level 3 §5.1.3, §5.1.4). */
const PROBLEMS: Readonly<Partial<Record<string, MessageKey>>> = {
  '401': 'passkey.stale',
  '403': 'passkey.stale',
  '429': 'invalid.tooMany',
  NotAllowedError: 'passkey.cancelled',
  AbortError: 'passkey.cancelled',
  InvalidStateError: 'passkey.known',
};

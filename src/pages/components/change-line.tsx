import type { VNode } from 'preact';
import { parseChangeLine } from '../../resumes/change-lines.ts';
import type { Messages } from '../messages.ts';
import { Untrusted } from './data.tsx';

/** One line of a comparison, as the API says it, in the language of the page. What it says of the resume is untrusted. */
export function ChangeLine({ messages, line }: { readonly messages: Messages; readonly line: string }): VNode {
  const parsed = parseChangeLine(line);
  if (parsed === null) return <Untrusted>{line}</Untrusted>;
  if (parsed.kind === 'more') return <>{messages.text('change.more', { count: parsed.count })}</>;
  const what = `${parsed.ofDocument ? messages.text('change.document') : ''}${parsed.rest}`;
  return messages.rich(`change.${parsed.op}`, { what: <Untrusted>{what}</Untrusted> });
}

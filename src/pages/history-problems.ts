import type { FormProblem } from './components/feedback.tsx';
import type { HistoryOutcome, HistoryRefusal } from './dependencies.ts';
import type { Messages } from './messages.ts';

const STATUS: Readonly<Record<HistoryRefusal, number>> = {
  not_found: 404,
  locked: 423,
  changed: 409,
  conflict: 409,
  decided: 409,
  slug_taken: 409,
  invalid: 422,
};

/** What a page that comes back says about a refusal. */
export function describeRefusal(
  messages: Messages,
  { reason, pointers }: HistoryOutcome & { readonly ok: false },
): { readonly status: number; readonly problems: readonly FormProblem[] } {
  return { status: STATUS[reason], problems: [{ field: null, text: textOf(messages, reason, pointers) }] };
}

/** Places as a person may recognise them: `work 1 position`, counted from one, for `/data/work/0/position`. */
export function renderPlaces(pointers: readonly string[]): string {
  return pointers.map(renderPlace).join(', ');
}

function renderPlace(pointer: string): string {
  const tokens = pointer.replace(/^\/(?:data\/)?/, '').split('/');
  return tokens.map(toWord).join(' ');
}

function toWord(token: string): string {
  return /^\d+$/.test(token) ? String(Number(token) + 1) : token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function textOf(messages: Messages, reason: HistoryRefusal, pointers: readonly string[]): string {
  switch (reason) {
    case 'not_found':
      return messages.text('problem.notFound.title');
    case 'locked':
      return messages.text('history.locked');
    case 'changed':
      return messages.text('history.changed');
    case 'conflict':
      return messages.text('history.conflict', { places: renderPlaces(pointers) });
    case 'decided':
      return messages.text('history.decided');
    case 'slug_taken':
      return messages.text('history.slugTaken');
    case 'invalid':
      return messages.text('history.invalid');
  }
}

import type { ComponentChildren, VNode } from 'preact';
import type { Messages } from '../messages.ts';

/** An instant in words; UTC, because the server knows no other zone. */
export function formatTime(messages: Messages, at: Date): string {
  return `${new Intl.DateTimeFormat(messages.language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;
}

/** An instant, for people in their language and for programs in ISO 8601. */
export function Time({ messages, at }: { readonly messages: Messages; readonly at: Date | null }): VNode {
  if (at === null) return <span class="soft">{messages.text('time.never')}</span>;
  return <time dateTime={at.toISOString()}>{formatTime(messages, at)}</time>;
}

/** A day of the calendar, in UTC like {@link Time}. */
export function Day({ messages, at }: { readonly messages: Messages; readonly at: Date | null }): VNode {
  if (at === null) return <span class="soft">{messages.text('time.never')}</span>;
  const format = new Intl.DateTimeFormat(messages.language, { dateStyle: 'medium', timeZone: 'UTC' });
  return <time dateTime={at.toISOString()}>{format.format(at)}</time>;
}

/** Text of unknown origin, kept from turning the reading direction of what stands around it. */
export function Untrusted({ children }: { readonly children: string }): VNode {
  return <bdi>{children}</bdi>;
}

interface SnippetProps {
  readonly messages: Messages;
  readonly text: string;
  /** What the text is, for those who hear the button alone. */
  readonly what: string;
}

/** Text to copy as a whole: a click selects all of it, and it wraps instead of scrolling. The script of the page shows the button. */
export function Snippet({ messages, text, what }: SnippetProps): VNode {
  return (
    <div class="snippet-box">
      <pre class="snippet">
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="button button-secondary"
        hidden
        data-copy
        data-copied={messages.text('snippet.copied')}
        data-selected={messages.text('snippet.selected')}
      >
        {messages.text('snippet.copy')} <span class="quiet">{what}</span>
      </button>
      <output class="snippet-said" />
    </div>
  );
}

/** Scopes as short words, for lists; unknown ones as they are. */
export function AccessList({ messages, scopes }: { readonly messages: Messages; readonly scopes: readonly string[] }): VNode {
  return (
    <ul class="tags">
      {scopes.map((scope) => (
        <li key={scope} title={messages.scope(scope, 'sentence') ?? undefined}>
          {messages.scope(scope, 'words') ?? scope}
        </li>
      ))}
    </ul>
  );
}

/** A word about what stands before it, on the same line. */
export function Badge({ kind = 'plain', children }: { readonly kind?: 'plain' | 'warning'; readonly children: ComponentChildren }): VNode {
  return (
    <>
      {' '}
      <span class={kind === 'warning' ? 'badge badge-warning' : 'badge'}>{children}</span>
    </>
  );
}

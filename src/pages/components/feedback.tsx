import type { ComponentChildren, VNode } from 'preact';

/** What went wrong with a form, announced and focused when the page opens. `href` leads to the field. */
export function ProblemSummary({ title, problems }: { readonly title: string; readonly problems: readonly FormProblem[] }): VNode | null {
  if (problems.length === 0) return null;
  return (
    <div class="notice notice-problem" role="alert" tabIndex={-1} autofocus>
      <h2>{title}</h2>
      <ul>
        {problems.map(({ field, text }) => (
          <li key={text}>{field === null ? text : <a href={`#${field}`}>{text}</a>}</li>
        ))}
      </ul>
    </div>
  );
}

/** One thing to put right; `field` is the id of the field it is about. */
export interface FormProblem {
  readonly field: string | null;
  readonly text: string;
}

export function problemOf(problems: readonly FormProblem[], field: string): string | null {
  return problems.find((problem) => problem.field === field)?.text ?? null;
}

export function Notice({ kind, children }: { readonly kind: 'done' | 'warning' | 'plain'; readonly children: ComponentChildren }): VNode {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'done' ? 'status' : undefined}>
      {children}
    </div>
  );
}

/** Said once on the page a form led to. */
export function Done({ text }: { readonly text: string | null }): VNode | null {
  return text === null ? null : (
    <Notice kind="done">
      <p>{text}</p>
    </Notice>
  );
}

/** What a button has changed on the page it stands on: focused, so that it is read before the rest of the page. */
export function Said({ text }: { readonly text: string | null }): VNode | null {
  return text === null ? null : (
    <output class="notice notice-plain" tabIndex={-1} autofocus>
      {text}
    </output>
  );
}

export function EmptyState({ title, children }: { readonly title: string; readonly children?: ComponentChildren }): VNode {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

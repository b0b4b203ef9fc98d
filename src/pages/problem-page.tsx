import type { VNode } from 'preact';
import { Untrusted } from './components/data.tsx';
import type { Messages } from './messages.ts';
import { PROBLEMS_WITH_RECOVERY, problemText, type ProblemKind } from './problems.ts';

interface ProblemPageProps {
  readonly messages: Messages;
  readonly kind: ProblemKind;
  /** Request id: finds the log line. */
  readonly reference: string;
  /** What the other side said about it: untrusted. */
  readonly detail?: string | null;
}

const DETAIL_CHARACTERS = 300;

/** What happened, what to do, and a reference number. */
export function ProblemPage({ messages, kind, reference, detail = null }: ProblemPageProps): VNode {
  return (
    <>
      <h1>{messages.text(problemText(kind, 'title'))}</h1>
      <p class="lead">{messages.text(problemText(kind, 'what'))}</p>
      <h2>{messages.text('problem.whatNow')}</h2>
      <p>{messages.text(problemText(kind, 'then'))}</p>
      {PROBLEMS_WITH_RECOVERY.has(kind) ? <RecoverySteps messages={messages} /> : null}
      {detail === null || detail === '' ? null : (
        <p class="soft">
          {messages.rich('problem.detail', {
            detail: (
              <q>
                <Untrusted>{detail.slice(0, DETAIL_CHARACTERS)}</Untrusted>
              </q>
            ),
          })}
        </p>
      )}
      <p>
        <a href="/">{messages.text('problem.home')}</a>
      </p>
      <p class="reference">{messages.rich('problem.reference', { reference: <code>{reference}</code> })}</p>
    </>
  );
}

function RecoverySteps({ messages }: { readonly messages: Messages }): VNode {
  return (
    <ul class="steps">
      <li>{messages.text('recovery.claude')}</li>
      <li>{messages.rich('recovery.claudeCode', { command: <code>/mcp</code> })}</li>
      <li>{messages.text('recovery.cursor')}</li>
      <li>{messages.text('recovery.vscode')}</li>
      <li>
        {messages.rich('recovery.codex', { logout: <code>codex mcp logout resumes</code>, login: <code>codex mcp login resumes</code> })}
      </li>
      <li>{messages.rich('recovery.gemini', { command: <code>/mcp auth resumes</code> })}</li>
      <li>{messages.rich('recovery.mcpRemote', { folder: <code>~/.mcp-auth</code> })}</li>
    </ul>
  );
}

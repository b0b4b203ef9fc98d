import type { ComponentChildren, VNode } from 'preact';
import { APP_KINDS, type AppKind } from './app-kinds.ts';
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
  readonly apps: readonly AppKind[];
}

const DETAIL_CHARACTERS = 300;

/** What happened, what to do, and a reference number. */
export function ProblemPage({ messages, kind, reference, detail = null, apps }: ProblemPageProps): VNode {
  return (
    <>
      <h1>{messages.text(problemText(kind, 'title'))}</h1>
      <p class="lead">{messages.text(problemText(kind, 'what'))}</p>
      <h2>{messages.text('problem.whatNow')}</h2>
      <p>{messages.text(problemText(kind, 'then'))}</p>
      {PROBLEMS_WITH_RECOVERY.has(kind) ? <RecoverySteps messages={messages} apps={apps} /> : null}
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

function RecoverySteps({ messages, apps }: { readonly messages: Messages; readonly apps: readonly AppKind[] }): VNode {
  if (apps.length === 0) return <StepList messages={messages} apps={APP_KINDS} />;
  return (
    <>
      <p>{messages.text('recovery.likely')}</p>
      <StepList messages={messages} apps={apps} />
      <p>{messages.text('recovery.others')}</p>
      <StepList messages={messages} apps={APP_KINDS.filter((app) => !apps.includes(app))} />
    </>
  );
}

/** How each app forgets this server and begins anew. */
export function StepList({ messages, apps }: { readonly messages: Messages; readonly apps: readonly AppKind[] }): VNode {
  const steps: Readonly<Record<AppKind, ComponentChildren>> = {
    claude: messages.text('recovery.claude'),
    claudeCode: messages.rich('recovery.claudeCode', { command: <code>/mcp</code> }),
    chatgpt: messages.text('recovery.chatgpt'),
    vscode: messages.text('recovery.vscode'),
    cursor: messages.text('recovery.cursor'),
    codex: messages.rich('recovery.codex', { logout: <code>codex mcp logout resumes</code>, login: <code>codex mcp login resumes</code> }),
    gemini: messages.rich('recovery.gemini', { command: <code>/mcp auth resumes</code> }),
    inspector: messages.text('recovery.inspector'),
    mcpRemote: messages.rich('recovery.mcpRemote', { folder: <code>~/.mcp-auth</code> }),
  };
  return (
    <ul class="steps">
      {apps.map((app) => (
        <li key={app}>{steps[app]}</li>
      ))}
    </ul>
  );
}

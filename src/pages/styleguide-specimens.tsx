import { SUPPORTED_SCOPES } from '../authorization-server/scopes.ts';
import { ActionForm, Button, ButtonLink, type ButtonKind } from './components/actions.tsx';
import { ChangeLine } from './components/change-line.tsx';
import { DataTable } from './components/data-table.tsx';
import { AccessList, Badge, Day, Snippet, Time, Untrusted } from './components/data.tsx';
import { Done, EmptyState, Notice, ProblemSummary, Said } from './components/feedback.tsx';
import type { Messages } from './messages.ts';
import { buildChoices, buildFields, LONG, PROBLEM, type Specimen } from './styleguide-fields.tsx';

const AT = new Date('2026-03-14T09:26:53Z');
const CHANGES = [
  'Changed basics label: "Analyst" → "Programmer"',
  `Added work 1 highlights 3: "${LONG}"`,
  'What is no line of a comparison',
] as const;
const KINDS: readonly ButtonKind[] = ['primary', 'secondary', 'danger'];

/** Every component but those that the page itself is made of, which `layout.tsx` and `language-form.tsx` name. */
export function buildSpecimens(messages: Messages): readonly Specimen[] {
  return [
    ...buildActions(),
    ...buildChanges(messages),
    ...buildData(messages),
    ...buildFeedback(),
    ...buildFields(),
    ...buildChoices(messages),
    ...buildFrame(),
  ];
}

function buildActions(): readonly Specimen[] {
  const file = 'actions.tsx';
  return [
    {
      file,
      component: 'Button',
      states: (
        <form class="actions">
          {KINDS.map((kind) => (
            <Button key={kind} kind={kind}>
              {kind}
            </Button>
          ))}
        </form>
      ),
    },
    {
      file,
      component: 'ButtonLink',
      states: (
        <p class="actions">
          {KINDS.map((kind) => (
            <ButtonLink key={kind} href="#" kind={kind}>{`Link, ${kind}`}</ButtonLink>
          ))}
        </p>
      ),
    },
    { file, component: 'ActionForm', states: <ActionForm action="#" csrfToken="" kind="danger" children="One button" /> },
  ];
}

function buildChanges(messages: Messages): readonly Specimen[] {
  const lines = CHANGES.map((line) => (
    <li key={line}>
      <ChangeLine messages={messages} line={line} />
    </li>
  ));
  return [{ file: 'change-line.tsx', component: 'ChangeLine', states: <ul>{lines}</ul> }];
}

function buildData(messages: Messages): readonly Specimen[] {
  const columns = [
    { id: 'name', label: 'Name' },
    { id: 'when', label: 'When' },
    { id: 'end', label: 'End' },
  ];
  const row = (id: string, name: string, at: Date | null) => ({
    id,
    cells: {
      name,
      when: <Time messages={messages} at={at} />,
      end: <ActionForm action="#" csrfToken="" kind="danger" describedBy={`row-${id}`} children="Remove" />,
    },
  });
  const file = 'data.tsx';
  return [
    {
      file,
      component: 'Time',
      states: (
        <p>
          <Time messages={messages} at={AT} /> · <Time messages={messages} at={null} />
        </p>
      ),
    },
    {
      file,
      component: 'Day',
      states: (
        <p>
          <Day messages={messages} at={AT} /> · <Day messages={messages} at={null} />
        </p>
      ),
    },
    {
      file,
      component: 'Untrusted',
      states: (
        <p>
          <Untrusted>{`${LONG} שלום`}</Untrusted>
        </p>
      ),
    },
    {
      file,
      component: 'Badge',
      states: (
        <p>
          Text<Badge>plain</Badge>
          <Badge kind="warning">warning</Badge>
        </p>
      ),
    },
    { file, component: 'AccessList', states: <AccessList messages={messages} scopes={[...SUPPORTED_SCOPES, 'unknown:scope']} /> },
    {
      file,
      component: 'Snippet',
      states: (
        <>
          <Snippet messages={messages} text="https://vitae.example/mcp" what="Address" />
          <Snippet messages={messages} text={`first line\n${LONG}`} what="Two lines" />
        </>
      ),
    },
    {
      file: 'data-table.tsx',
      component: 'DataTable',
      states: <DataTable caption="Things" columns={columns} rows={[row('1', 'A thing', AT), row('2', LONG, null)]} />,
    },
  ];
}

function buildFeedback(): readonly Specimen[] {
  const file = 'feedback.tsx';
  const problems = [
    { field: 'specimen-wrong', text: PROBLEM },
    { field: null, text: 'And something else.' },
  ];
  return [
    { file, component: 'ProblemSummary', states: <ProblemSummary title="That did not work yet" problems={problems} /> },
    {
      file,
      component: 'Notice',
      states: (
        <>
          {(['plain', 'done', 'warning'] as const).map((kind) => (
            <Notice key={kind} kind={kind}>
              <p>{`A notice: ${kind}`}</p>
            </Notice>
          ))}
        </>
      ),
    },
    { file, component: 'Done', states: <Done text="It is done." /> },
    { file, component: 'Said', states: <Said text="A button has changed this page." /> },
    {
      file,
      component: 'EmptyState',
      states: (
        <EmptyState title="There is nothing yet">
          <p>And this is how it begins.</p>
          <p class="actions">
            <ButtonLink href="#">Begin</ButtonLink>
          </p>
        </EmptyState>
      ),
    },
  ];
}

/** What stands around these very specimens. */
function buildFrame(): readonly Specimen[] {
  const around = <p class="soft">Around this page.</p>;
  return [
    { file: 'layout.tsx', component: 'Document', states: around },
    { file: 'layout.tsx', component: 'OwnerLayout', states: around },
    {
      file: 'layout.tsx',
      component: 'FlowLayout',
      states: (
        <p>
          <a href="/styleguide/flow">On a page of its own.</a>
        </p>
      ),
    },
    { file: 'language-form.tsx', component: 'LanguageForm', states: <p class="soft">At the foot of this page.</p> },
  ];
}

import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { ChangeLine } from './components/change-line.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { Notice } from './components/feedback.tsx';
import { Choice, ChoiceGroup, HiddenField } from './components/fields.tsx';
import type { PageSuggestion } from './dependencies.ts';
import { renderPlaces } from './history-problems.ts';
import type { Messages } from './messages.ts';

interface SuggestionCardProps {
  readonly messages: Messages;
  readonly suggestion: PageSuggestion;
  readonly action: string;
  readonly csrfToken: string;
}

/** One suggestion with each of its changes to tick, and the three ways to decide. */
export function SuggestionCard({ messages, suggestion, action, csrfToken }: SuggestionCardProps): VNode {
  const { id, operations, conflicts } = suggestion;
  const isWhole = conflicts.length === 0;
  return (
    <section class="panel" aria-labelledby={`suggestion-${id}`}>
      <h2 id={`suggestion-${id}`}>
        {suggestion.by.name === null
          ? messages.text('suggestions.ofSomeApp')
          : messages.rich('suggestions.of', { app: <Untrusted>{suggestion.by.name}</Untrusted> })}
      </h2>
      <p class="soft">{messages.rich('suggestions.made', { when: <Time messages={messages} at={suggestion.createdAt} /> })}</p>
      {isWhole ? null : (
        <Notice kind="warning">
          <p>{messages.rich('suggestions.outdated', { places: <Untrusted>{renderPlaces(conflicts)}</Untrusted> })}</p>
        </Notice>
      )}
      <form method="post" action={action}>
        <HiddenField name="csrf" value={csrfToken} />
        <ChoiceGroup id={`operations-${id}`} legend={messages.text('suggestions.operations')}>
          {operations
            .map(({ line }, index) => (
              <Choice
                key={`${index}`}
                type="checkbox"
                id={`operation-${id}-${index}`}
                name="operation"
                value={String(index)}
                checked={isWhole}
                label={<ChangeLine messages={messages} line={line} />}
              />
            ))
            .toReversed()}
        </ChoiceGroup>
        <div class="actions">
          {isWhole ? (
            <Button name="decision" value="accept" describedBy={`suggestion-${id}`}>
              {messages.text('suggestions.accept')}
            </Button>
          ) : null}
          <Button kind="secondary" name="decision" value="accept-chosen" describedBy={`suggestion-${id}`}>
            {messages.text('suggestions.acceptChosen')}
          </Button>
          <Button kind="danger" name="decision" value="reject" describedBy={`suggestion-${id}`}>
            {messages.text('suggestions.reject')}
          </Button>
        </div>
      </form>
    </section>
  );
}

import type { AllowedEvent, RefusedEvent } from '../db/audit-events.ts';
import type { Activity } from '../db/activity.ts';
import type { MessageKey, Messages } from './messages.ts';

/** Events with words of their own; others show the name they are recorded under. */
const KNOWN_EVENTS = [
  'resume.created',
  'resume.patched',
  'resume.updated',
  'resume.locked',
  'resume.unlocked',
  'resume.imported',
  'resume.duplicated',
  'resume.restored',
  'resume.undone',
  'resume.accepted',
  'resume.suggested',
  'suggestion.rejected',
  'resume.deleted',
  'grant.opened',
  'grant.changed',
  'grant.revoked',
  'grants.revoked',
  'api_key.created',
  'api_key.revoked',
  'session.ended',
  'account.created',
  'account.closed',
  'account.exported',
  'account.opened',
  'session.started',
  'session.refused',
  'grant.denied',
  'grant.refused',
  'code.issued',
  'token.issued',
  'token.refreshed',
  'token.refused',
  'password.changed',
  'password.refused',
  'password.reset_requested',
  'email.link_sent',
  'email.change_asked',
  'email.confirmed',
  'email.refused',
  'two_factor.asked',
  'two_factor.begun',
  'two_factor.enabled',
  'two_factor.checked',
  'two_factor.disabled',
  'two_factor.codes_made',
  'two_factor.refused',
  'passkey.added',
  'passkey.renamed',
  'passkey.removed',
  'passkey.refused',
  'api_key.updated',
  'access.refused',
] as const satisfies readonly (AllowedEvent | RefusedEvent)[];

function isKnownEvent(event: string): event is (typeof KNOWN_EVENTS)[number] {
  return KNOWN_EVENTS.some((known) => known === event);
}

/** The words for an event, or null when it has none. */
export function toEventKey(event: string): MessageKey | null {
  return isKnownEvent(event) ? `activity.event.${event}` : null;
}

/** The name of the app or key, in words where a key is gone and its name with it; null for the person themselves. */
export function toActorName(
  messages: Messages,
  { clientName, apiKeyId, apiKeyName }: Pick<Activity, 'clientName' | 'apiKeyId' | 'apiKeyName'>,
): string | null {
  return clientName ?? apiKeyName ?? (apiKeyId === null ? null : messages.text('activity.goneKey'));
}

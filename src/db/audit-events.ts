/** What an event says about whom: columns that are never empty for it. */
type Named = 'user' | 'client' | 'grant' | 'api_key' | 'resume';

interface EventEntry {
  /** When it is written. */
  readonly when: string;
  readonly names: readonly Named[];
}

/** Every kind of event about something that was done, with what it always names. */
export const ALLOWED_EVENTS = {
  'account.created': { when: 'somebody signed up, or the operator made an account', names: ['user'] },
  'account.deleted': { when: 'an account was deleted, by its owner or the operator', names: ['user'] },
  'account.closed': { when: 'the operator closed an account, for a time or for good', names: ['user'] },
  'account.opened': { when: 'the operator opened a closed account again', names: ['user'] },
  'account.exported': { when: 'the operator gave out everything that is stored about somebody', names: ['user'] },
  'session.started': { when: 'somebody signed in, with everything that it takes', names: ['user'] },
  'session.ended': { when: 'somebody signed out, or ended other sessions', names: ['user'] },
  'password.changed': { when: 'a password was changed, or chosen anew by mail', names: ['user'] },
  'password.reset_requested': {
    when: 'a link to choose a new password was asked for; names nobody when there is no such account',
    names: [],
  },
  'email.link_sent': { when: 'a link to confirm an address was sent again', names: ['user'] },
  'email.change_asked': { when: 'another address was asked for', names: ['user'] },
  'email.confirmed': { when: 'an address was confirmed by its link', names: [] },
  'two_factor.asked': { when: 'a password was right, and a code is asked for', names: ['user'] },
  'two_factor.begun': { when: 'setting up two-factor sign-in began', names: ['user'] },
  'two_factor.enabled': { when: 'the first code was right: two-factor sign-in is on', names: ['user'] },
  'two_factor.checked': { when: 'somebody who is signed in entered a right code', names: ['user'] },
  'two_factor.disabled': { when: 'two-factor sign-in was turned off', names: ['user'] },
  'two_factor.codes_made': { when: 'new recovery codes were made', names: ['user'] },
  'passkey.added': { when: 'a passkey was added', names: ['user'] },
  'passkey.renamed': { when: 'a passkey was renamed', names: ['user'] },
  'passkey.removed': { when: 'a passkey was removed', names: ['user'] },
  'client.registered': { when: 'a client registered, by itself, its metadata document or the operator', names: ['client'] },
  'client.changed': {
    when: 'the metadata document of a client names other redirect URIs, or the operator gave it others',
    names: ['client'],
  },
  'client.disabled': { when: 'the operator disabled a client', names: ['client'] },
  'client.enabled': { when: 'the operator enabled a client again', names: ['client'] },
  'client.deleted': { when: 'the operator deleted a client', names: ['client'] },
  'grant.opened': { when: 'consent was given: a connection begins', names: ['user', 'client', 'grant'] },
  'grant.changed': { when: 'the owner changed what a connection may do', names: ['user', 'client', 'grant'] },
  'grant.revoked': { when: 'a connection ended; the reason says by what', names: ['user', 'client', 'grant'] },
  'grants.revoked': { when: 'every connection of a person ended; the reason says by what', names: ['user'] },
  'code.issued': { when: 'a client got a code without asking again, by a connection it has', names: ['user', 'client', 'grant'] },
  'token.issued': { when: 'a code was exchanged for tokens', names: ['user', 'client', 'grant'] },
  'token.refreshed': { when: 'a refresh token was exchanged', names: ['user', 'client', 'grant'] },
  'api_key.created': { when: 'an API key was made', names: ['user', 'api_key'] },
  'api_key.updated': { when: 'an API key was renamed or changed', names: ['user', 'api_key'] },
  'api_key.revoked': { when: 'an API key was deleted', names: ['user', 'api_key'] },
  'resume.created': { when: 'a resume was created', names: ['user', 'resume'] },
  'resume.imported': { when: 'a resume came from a document', names: ['user', 'resume'] },
  'resume.duplicated': { when: 'a resume was copied; names the copy', names: ['user', 'resume'] },
  'resume.patched': { when: 'a JSON Patch was applied', names: ['user', 'resume'] },
  'resume.updated': { when: 'name, slug, tags or publishing changed', names: ['user', 'resume'] },
  'resume.locked': { when: 'a resume was locked', names: ['user', 'resume'] },
  'resume.unlocked': { when: 'a resume was unlocked', names: ['user', 'resume'] },
  'resume.restored': { when: 'an earlier version became the current one', names: ['user', 'resume'] },
  'resume.undone': { when: 'a change was undone', names: ['user', 'resume'] },
  'resume.deleted': { when: 'a resume was deleted', names: ['user', 'resume'] },
  'resume.suggested': { when: 'a connection suggested a change', names: ['user', 'grant', 'resume'] },
  'resume.accepted': { when: 'the owner accepted a suggestion', names: ['user', 'resume'] },
  'suggestion.rejected': { when: 'the owner rejected a suggestion', names: ['user', 'resume'] },
  'signing_key.published': { when: 'the next signing key was made and published', names: [] },
  'signing_key.withdrawn': { when: 'the operator withdrew a signing key before its time', names: [] },
  'secrets.renewed': { when: 'the operator encrypted anew under the first secret', names: [] },
} as const satisfies Readonly<Record<string, EventEntry>>;

/** Every kind of event about something that was refused. Of equal ones in a minute the first are written, and the count of the rest. */
export const REFUSED_EVENTS = {
  'access.refused': { when: 'a credential opened nothing, or not this', names: [] },
  'account.refused': { when: 'a sign-up was refused', names: [] },
  'account.delete_refused': { when: 'an account was not deleted', names: [] },
  'session.refused': { when: 'a sign-in was refused', names: [] },
  'session.end_refused': { when: 'a session was not ended', names: [] },
  'password.refused': { when: 'a password was not changed', names: [] },
  'email.refused': { when: 'an address was not confirmed or not changed', names: [] },
  'two_factor.refused': { when: 'a code was wrong, or two-factor sign-in stayed as it was', names: [] },
  'passkey.refused': { when: 'a passkey was not added, renamed or removed', names: [] },
  'client.refused': { when: 'a registration was refused', names: [] },
  'authorization.refused': { when: 'an authorization request was refused', names: [] },
  'grant.refused': { when: 'a consent could not be given', names: [] },
  'grant.denied': { when: 'somebody pressed Deny', names: ['user'] },
  'token.refused': { when: 'a code or refresh token was refused', names: [] },
  'revocation.refused': { when: 'a revocation was refused', names: [] },
  'introspection.refused': { when: 'an introspection was refused', names: [] },
  'api_key.refused': { when: 'an API key was not made, changed or deleted', names: [] },
} as const satisfies Readonly<Record<string, EventEntry>>;

export type AllowedEvent = keyof typeof ALLOWED_EVENTS;
export type RefusedEvent = keyof typeof REFUSED_EVENTS;

import { OAuthError } from './oauth-error.ts';

/** Members of RFC 7591 §2 that mean something here. Everything else a client sends is ignored, privileges above all. */
const MEMBERS: ReadonlySet<string> = new Set([
  'redirect_uris',
  'client_name',
  'client_uri',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'contacts',
  'scope',
  'grant_types',
  'response_types',
  'token_endpoint_auth_method',
  'application_type',
  'jwks',
  'jwks_uri',
  'software_id',
  'software_version',
]);

/** Links that pages may show. */
const LINKS = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'] as const;

const MAXIMUM_NAME_CHARACTERS = 80;
const MAXIMUM_LINK_BYTES = 2048;
const MAXIMUM_TEXT_BYTES = 256;
const MAXIMUM_LIST = 20;
const MAXIMUM_KEYS_BYTES = 16 * 1024;

/**
 * Characters that show nothing or change how their neighbours show (control, format with its bidi overrides, separators of lines
 * and paragraphs, private use), and letters that look like blanks.
 */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0]|\u034F|\u17B4|\u17B5/u;

/** Takes away, in place, every member that no client may set or that nothing here understands. */
export function dropUnknownMembers(metadata: Record<string, unknown>): void {
  for (const name of Object.keys(metadata)) if (!MEMBERS.has(name)) delete metadata[name];
}

/**
 * Bounds what a stranger may have stored and shown, in place: the name is trimmed, the rest is refused.
 *
 * @param metadata client metadata of RFC 7591 §2 as parsed from JSON
 * @throws OAuthError `invalid_client_metadata`
 * Not checked: redirect URIs (redirect-policy.ts), types and values that the library validates itself, and whether the name is
 * true, which nobody can: the consent page says so.
 */
export function requireBoundedMetadata(metadata: Record<string, unknown>): void {
  const { client_name: name, jwks } = metadata;
  if (name !== undefined) metadata['client_name'] = requireName(name);
  for (const member of LINKS) if (metadata[member] !== undefined) requireLink(member, metadata[member]);
  for (const member of ['software_id', 'software_version'] as const) requireText(member, metadata[member], MAXIMUM_TEXT_BYTES);
  for (const member of ['contacts', 'grant_types', 'response_types'] as const) {
    const list = metadata[member];
    if (!Array.isArray(list)) continue;
    if (list.length > MAXIMUM_LIST) throw invalid(`${member} has more than ${MAXIMUM_LIST} entries`);
    for (const entry of list) requireText(member, entry, MAXIMUM_TEXT_BYTES);
  }
  if (jwks !== undefined && Buffer.byteLength(JSON.stringify(jwks)) > MAXIMUM_KEYS_BYTES) throw invalid('jwks is too large');
}

function requireName(value: unknown): string {
  const name = typeof value === 'string' ? value.normalize('NFC').trim() : '';
  if (name === '' || DECEPTIVE.test(name) || Array.from(name).length > MAXIMUM_NAME_CHARACTERS) {
    throw invalid(`client_name is text of 1 to ${MAXIMUM_NAME_CHARACTERS} characters, none of them invisible`);
  }
  return name;
}

function requireLink(member: string, value: unknown): void {
  const isLink =
    typeof value === 'string' &&
    /^https:\/\/[^\s\\@]+$/i.test(value) &&
    !DECEPTIVE.test(value) &&
    Buffer.byteLength(value) <= MAXIMUM_LINK_BYTES &&
    URL.canParse(value);
  if (!isLink) throw invalid(`${member} must be an https URL`);
}

function requireText(member: string, value: unknown, bytes: number): void {
  if (typeof value === 'string' && (Buffer.byteLength(value) > bytes || DECEPTIVE.test(value)))
    throw invalid(`${member} is too long or not text`);
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description);
}

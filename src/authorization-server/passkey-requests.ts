import { z } from 'zod';
import { OAuthError } from './oauth-error.ts';

const bodySchema = z.looseObject({
  response: z.looseObject({
    id: z.string().min(1).max(1_024),
    response: z.looseObject({ transports: z.array(z.string().max(32)).max(8).optional() }),
  }),
  name: z.string().max(64).optional(),
});

/**
 * Makes sure that what the library will look up and store is text of some length, asks for no session besides the one there is, and
 * names no credential that somebody has registered already (WebAuthn Level 3 §7.1, step 26), which the library does not look at.
 *
 * @throws OAuthError `invalid_request`
 */
export async function requireSoundPasskey(
  body: Record<string, unknown>,
  isRegistration: boolean,
  isKnown: (credentialId: string) => Promise<boolean>,
): Promise<void> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw new OAuthError('invalid_request', 'This is not the answer of an authenticator');
  delete body['createSession'];
  if (isRegistration && (await isKnown(parsed.data.response.id)))
    throw new OAuthError('invalid_request', 'This credential is registered already');
}

const failureSchema = z.object({ code: z.literal('FAILED_TO_VERIFY_REGISTRATION') });

/** The library says 500 to any registration that it can't read or verify. @returns 400 for those, any other response as it is */
export async function toPasskeyAnswer(response: Response): Promise<Response> {
  if (response.status !== 500 || !(response.headers.get('content-type') ?? '').includes('json')) return response;
  const failure: unknown = await response.clone().json();
  return failureSchema.safeParse(failure).success ? Response.json(failure, { status: 400 }) : response;
}

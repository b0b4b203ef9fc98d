import { z } from 'zod';

/** How long a code that was tried is refused again: longer than the three steps of 30 seconds in which it could be right. */
const USED_CODE_MS = 120_000;
const codeSchema = z.object({ code: z.string().min(1).max(64) });

/** The part of the library's storage of single-use values that this needs. */
export interface Reservations {
  /** @returns false when the identifier was reserved before */
  reserveVerificationValue(row: { readonly identifier: string; readonly value: string; readonly expiresAt: Date }): Promise<boolean>;
}

/**
 * Spends a time-based code before it is judged, right or wrong, so that no two requests can use the same one (RFC 6238 §5.2). The
 * library remembers nothing of the codes it accepted.
 *
 * @param userId whose code it should be; null when nobody is known, which the library refuses
 * @returns false when this person's code has been tried before
 */
export async function spendCode(
  reservations: Reservations,
  userId: string | null,
  body: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<boolean> {
  const code = codeSchema.safeParse(body).data?.code;
  if (userId === null || code === undefined) return true;
  const expiresAt = new Date(now.getTime() + USED_CODE_MS);
  return reservations.reserveVerificationValue({ identifier: `totp-used-${userId}-${code}`, value: 'used', expiresAt });
}

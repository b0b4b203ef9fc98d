import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { VersionedSecret } from '../env.ts';

/** What a link in a mail about an address does when it is used. */
export interface EmailLink {
  /** `confirm` proves an address; `allow_change` comes first, to the old address; `change` puts the new one in its place. */
  readonly purpose: 'confirm' | 'allow_change' | 'change';
  /** The address it is about: for a change, the new one. */
  readonly email: string;
}

const payloadSchema = z.object({ email: z.email(), updateTo: z.email().optional(), requestType: z.string().optional() });

/** @param secrets any of which may have signed the token (HS256): the library takes the first that there is at the time */
export async function toEmailLink(token: string, secrets: readonly VersionedSecret[], now: Date): Promise<EmailLink | null> {
  for (const { value } of secrets) {
    const link = await readEmailLink(token, value, now);
    if (link !== null) return link;
  }
  return null;
}

async function readEmailLink(token: string, secret: string, now: Date): Promise<EmailLink | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ['HS256'], currentDate: now });
    const { email, updateTo, requestType } = payloadSchema.parse(payload);
    if (updateTo === undefined) return { purpose: 'confirm', email };
    return { purpose: requestType === 'change-email-confirmation' ? 'allow_change' : 'change', email: updateTo };
  } catch {
    // Whatever is wrong with it, it is not a link of ours that works.
    return null;
  }
}

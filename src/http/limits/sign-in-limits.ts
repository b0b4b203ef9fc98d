import { z } from 'zod';
import { peekText } from '../../buffered-request.ts';
import type { Counters } from './counters.ts';
import { buildTooMany } from './refusal.ts';

const bodySchema = z.object({ email: z.string().min(1).max(320) });
const changeSchema = z.object({ newEmail: z.string().min(1).max(320) });

export interface SignInAttempt {
  readonly counters: Counters;
  readonly request: Request;
  readonly network: string;
  readonly answer: () => Promise<Response>;
}

/**
 * Slows guessing of passwords down without giving anybody a way to lock an owner out: wrong passwords count for the account and
 * the network they come from, and beyond that for the account and all networks that were never signed in to it from. Whoever
 * guesses from elsewhere, the owner's own network keeps its own count. Accounts that do not exist are treated the same.
 */
export async function guardSignIn({ counters, request, network, answer }: SignInAttempt): Promise<Response> {
  const account = await readAccount(request);
  const wait = (await counters.take('signIn', network)) ?? (account === null ? null : await waitFor(counters, account, network));
  if (wait !== null) return buildTooMany(wait);
  const response = await answer();
  if (account === null) return response;
  if (response.ok) {
    await counters.forget('accountRefusal', account, network);
    await counters.remember(account, network);
  } else if (response.status === 401 && !(await counters.isKnown(account, network))) {
    await counters.take('accountRefusalOfStrangers', account);
  }
  return response;
}

/** Spends one of the network's tries before the password is looked at, so that parallel guesses are as many as slow ones. */
async function waitFor(counters: Counters, account: string, network: string) {
  const wait = await counters.take('accountRefusal', account, network);
  if (wait !== null) return wait;
  const ofStrangers = await counters.look('accountRefusalOfStrangers', account);
  return ofStrangers !== null && !(await counters.isKnown(account, network)) ? ofStrangers : null;
}

/**
 * Bounds mails to one address, and to many from one network. Addresses nobody has an account with count the same, and whoever uses
 * up another's has only sent them links that work.
 */
export async function guardMailRequest({ counters, request, network, answer }: SignInAttempt): Promise<Response> {
  const account = await readAccount(request);
  const wait =
    (await counters.take('mailRequest', network)) ?? (account === null ? null : await counters.take('mailRequestOfAddress', account));
  return wait === null ? answer() : buildTooMany(wait);
}

async function readAccount(request: Request): Promise<string | null> {
  const text = await peekText(request);
  try {
    const body: unknown = JSON.parse(text);
    const address = bodySchema.safeParse(body).data?.email ?? changeSchema.safeParse(body).data?.newEmail;
    return address?.toLowerCase() ?? null;
  } catch {
    // Not JSON: the library refuses it.
    return null;
  }
}

import { sql } from 'drizzle-orm';
import { BufferedRequest } from '../buffered-request.ts';
import type { AuditEvent, AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import type { Mail } from '../mail/mail.ts';
import type { Auth } from './auth.ts';
import { correctAnswer } from './corrected-answers.ts';
import { Unforeseen } from './deferral.ts';
import type { CallEndpoint } from './endpoint-calls.ts';
import type { Identifiers } from './identifiers.ts';
import { LibraryFailure } from './library-failure.ts';
import { createOutcomeRecorder } from './outcomes.ts';
import { toPasskeyAnswer } from './passkey-requests.ts';
import type { CallTokenEndpoint } from './plain-calls.ts';
import type { createPlainTokens, ReadTokenRequest } from './plain-tokens.ts';
import type { RequestFlow, RequestFlows } from './request-flow.ts';
import { createSingleWrites } from './single-writes.ts';
import { isOneTransaction, readClientDocument } from './transactional-requests.ts';

export interface AnswerDependencies {
  readonly auth: Auth;
  /** Answers as the library does. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly db: Database;
  readonly audit: AuditTrail;
  readonly flows: RequestFlows;
  readonly identifiers: Identifiers;
  readonly readPlainToken: ReturnType<typeof createPlainTokens>;
  readonly callTokenEndpoint: CallTokenEndpoint;
  readonly callEndpoint: CallEndpoint;
  readonly postMail: (mail: Mail) => void;
  /** Told of each request when its answer stands. Not told of answers 5xx. */
  readonly onAnswered?: ((endpoint: string, flow: Readonly<RequestFlow>) => void) | undefined;
}

export interface Answers {
  /** Answers a request by the library, inside a flow. Rejects where the library would answer 5xx. @param endpoint below the auth base path */
  answer(request: Request, endpoint: string): Promise<Response>;
  /** Rejects when the database is away: whatever something has failed with, that is the reason then. */
  requireDatabase(): Promise<void>;
}

/** How the library's endpoints are answered: in a transaction, without one, or as a plain token request. */
export function createAnswers({
  auth,
  handle,
  db,
  audit,
  flows,
  identifiers,
  readPlainToken,
  callTokenEndpoint,
  callEndpoint,
  postMail,
  onAnswered,
}: AnswerDependencies): Answers {
  const recordOutcome = createOutcomeRecorder(audit);
  const answerInSingleWrite = createSingleWrites(db, flows);
  const requireDatabase = async () => void (await db.orm.execute(sql`select 1`));

  const answerByLibrary = async (asked: Request, endpoint: string) => {
    const request = asked.bodyUsed && asked instanceof BufferedRequest ? asked.anew() : asked;
    const shown = toPublicRequest(request, identifiers.base);
    const answered = await callEndpoint(shown, endpoint)
      .then((called) => called ?? handle(shown))
      .catch((error: unknown) => {
        throw new LibraryFailure(error);
      });
    const response = endpoint === 'passkey/verify-registration' ? await toPasskeyAnswer(answered) : answered;
    // Its own words for what it knows to be broken; the http layer has better ones.
    if (response.status >= 500) throw await LibraryFailure.of(response);
    // A database that is away must not look like a bad passkey.
    if (response !== answered) await requireDatabase();
    await recordOutcome(endpoint, request, flows.current(), response);
    return correctAnswer(endpoint, request, response, `${identifiers.issuer}/error`);
  };

  /** Null: nothing was written, and the request is to be answered anew, whatever was wrong with it. */
  const answerPlain = (request: Request, { plain, ...sent }: ReadTokenRequest) =>
    flows.attempt(async (flow) => {
      const { deferral } = plain;
      Object.assign(flow, { plain, deferral });
      const events: AuditEvent[] = [];
      const record = createOutcomeRecorder({ record: async (event) => void events.push(event), recordRefusal: async () => undefined });
      const response = await callTokenEndpoint(sent, deferral).catch(() => null);
      if (response === null || deferral.unforeseen() !== null) return null;
      await record('oauth2/token', request, flow, response);
      const [event] = events;
      if (typeof event?.userId !== 'string') return null;
      const { userId } = event;
      const isWritten = await plain.write(audit.toRow({ ...event, userId })).catch(unlessUnforeseen);
      Object.assign(flow, { plain: null, deferral: null });
      return isWritten ? response : null;
    });

  const answerToken = async (request: Request) => {
    Object.assign(flows.current(), { reads: new Map(), isWhole: true });
    const read = await readPlainToken(request);
    const answered = read === null ? null : await answerPlain(request, read);
    if (answered !== null) return answered;
    flows.current().reads = new Map();
    return db.transaction(() => answerByLibrary(request, 'oauth2/token'));
  };

  const answerAsItGoes = async (request: Request, endpoint: string) => {
    if (!isOneTransaction(request, endpoint)) return answerByLibrary(request, endpoint);
    await readClientDocument(auth, request);
    flows.current().isTransactional = true;
    // What a refusal writes is committed too (a spent attempt, a revoked grant); only a failure leaves nothing behind.
    return endpoint === 'oauth2/token' ? answerToken(request) : db.transaction(() => answerByLibrary(request, endpoint));
  };

  return {
    requireDatabase,
    async answer(request, endpoint) {
      const response = await answerInSingleWrite(request, endpoint, () => answerByLibrary(request, endpoint))
        .then((answered) => answered ?? answerAsItGoes(request, endpoint))
        .catch(async (error: unknown) => {
          await requireDatabase();
          throw error;
        });
      for (const mail of flows.current().mails) postMail(mail);
      onAnswered?.(endpoint, flows.current());
      return response;
    },
  };
}

function unlessUnforeseen(error: unknown): false {
  if (error instanceof Unforeseen) return false;
  throw error;
}

/** The request at its public address, which is the one that the library knows. */
function toPublicRequest(request: Request, base: string): Request {
  if (base === '') return request;
  const url = new URL(request.url);
  url.pathname = `${base}${url.pathname}`;
  return new Request(url, request);
}

import { betterAuth } from 'better-auth';
import { APIError, getSessionFromCtx, setShouldSkipSessionRefresh } from 'better-auth/api';
import type { AuthDependencies } from './auth-dependencies.ts';
import { buildPlugins, createAdapter, createBeforeHook, createHook, providerOf } from './auth-plugins.ts';
import { requireSoundPasskey } from './passkey-requests.ts';
import { requireSoundRequest } from './authorization-request.ts';
import { rehearseAssertion } from './client-assertions.ts';
import { toEmailLink } from './email-link.ts';
import type { FindClient } from './client-requests.ts';
import { noteRequest, noteResult } from './flow-notes.ts';
import { AUTH_BASE_PATH } from './identifiers.ts';
import { tolerateAuthorize } from './interop/authorize.ts';
import { deleteLeftBehind } from './left-behind.ts';
import { findRefusal, isRecord, toHttpRefusal } from './library-refusal.ts';
import { INTERACTION_SECONDS } from './lifetimes.ts';
import type { RequestFlow } from './request-flow.ts';
import { spendCode } from './second-factor.ts';
import { createSessionHooks } from './session-hooks.ts';
import { requireStorableText, requireTextualQuery } from './storable-text.ts';
import { WITHDRAWN_ENDPOINTS } from './withdrawn-endpoints.ts';

/** The header in which the http layer hands the library the address it established; whatever a client sent in it is gone. */
export const CLIENT_ADDRESS_HEADER = 'x-client-ip';

export type Auth = ReturnType<typeof createAuth>;

/**
 * Builds the one better-auth instance. Migrate first, and keep other instances from starting meanwhile: its plugins read and
 * seed their tables while it is built.
 *
 * Not done here: transactions around requests, body limits, CORS, discovery documents.
 */
export function createAuth(dependencies: AuthDependencies) {
  const { identifiers, db, secrets, log, flows, grants, clientRequests, authorizationReads } = dependencies;
  const { registrationHooks, consentHooks, tokenHooks, accountMails } = dependencies;
  const { clock } = dependencies.clientDocuments;
  const isHttps = identifiers.issuer.startsWith('https://');
  const [current] = secrets;

  return betterAuth({
    appName: 'Vitae',
    baseURL: identifiers.origin,
    basePath: `${identifiers.base}${AUTH_BASE_PATH}`,
    secret: current.value,
    secrets: secrets.map(({ version, value }) => ({ version, value })),
    trustedOrigins: [identifiers.origin],
    telemetry: { enabled: false },
    database: createAdapter(dependencies),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      ...accountMails.passwordOptions,
    },
    // What opens an account stands in its row as a hash; the others are hashes or signed already.
    verification: { storeIdentifier: { default: 'plain', overrides: { 'reset-password:': 'hashed' } } },
    emailVerification: accountMails.verificationOptions,
    user: { deleteUser: { enabled: true }, changeEmail: accountMails.changeOptions },
    disabledPaths: [...WITHDRAWN_ENDPOINTS],
    onAPIError: {
      errorURL: `${identifiers.issuer}/error`,
      // What broke reaches whoever asked. Otherwise the router prints it past the log, with the parameters of the query that failed.
      throw: true,
    },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'debug' ? 'debug' : level]({ event: 'auth.library' }, message),
    },
    // Ours stand in front of it: see http/limits.
    rateLimit: { enabled: false },
    advanced: {
      // Said aloud because the library drops both checks by itself where NODE_ENV is "test".
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // The library knows no __Host-, so prefix and attribute are set by hand.
      useSecureCookies: false,
      cookiePrefix: identifiers.cookiePrefix,
      defaultCookieAttributes: { secure: isHttps, httpOnly: true, sameSite: 'lax', path: identifiers.base || '/' },
    },
    plugins: buildPlugins(dependencies),
    databaseHooks: {
      verification: {
        create: {
          async before(row) {
            const expiresAt = await asApiErrors(flows.current(), () =>
              consentHooks.beforeCodeIsStored(row.identifier, row.value, flows.current()),
            );
            return expiresAt === null ? undefined : { data: { ...row, expiresAt } };
          },
        },
      },
      session: createSessionHooks({ db, clock, flows, toError: (refusal) => new APIError('FORBIDDEN', refusal) }),
      user: {
        update: {
          async after(user) {
            flows.current().userId ??= user.id;
          },
        },
        delete: {
          async before(user, context) {
            await grants.revokeAll(user.id, 'account_deleted');
            await deleteLeftBehind(context?.context.adapter, user.id);
            return true;
          },
        },
      },
    },
    hooks: {
      before: createBeforeHook(secrets, async (ctx) => {
        const flow = flows.current();
        // Changed in place: what a hook returns is merged over the parsed values, which can't take a member away.
        const body: Record<string, unknown> = isRecord(ctx.body) ? ctx.body : {};
        const query: Record<string, unknown> = isRecord(ctx.query) ? ctx.query : {};
        const authenticate = async (request = ctx.request) =>
          (await providerOf({ ...ctx, request }).authenticateClient({ requireCredentials: false })).clientId;
        const authenticateClient = (request = ctx.request) =>
          'client_assertion' in body ? rehearseAssertion(db, () => authenticate(request)) : authenticate(request);
        const findClient: FindClient = (id) =>
          ctx.context.adapter.findOne({ model: 'oauthClient', where: [{ field: 'clientId', value: id }] });
        const canonicalize = async () =>
          ctx.request === undefined ? undefined : clientRequests.canonicalize(ctx.request, body, findClient);
        noteRequest(ctx.path, body, flow);
        // The provider takes a session that it renews for one that has just begun: it would answer twice, and without the prompt for a sign-in.
        if (ctx.path.startsWith('/oauth2/')) await setShouldSkipSessionRefresh(true);
        return asApiErrors(flow, async () => {
          requireStorableText(body, query);
          requireTextualQuery(body);
          switch (ctx.path) {
            case '/oauth2/register': {
              const known = await registrationHooks.beforeRegister(body, flow);
              if (known === null) return undefined;
              // After an answer of this hook the library calls no other.
              noteResult(ctx.path, known, undefined, flow);
              return Response.json(known, { status: 201, headers: { 'cache-control': 'no-store' } });
            }
            case '/oauth2/authorize': {
              // A consent being given goes through here again with the scopes that were ticked: nothing may be added to those.
              if (flow.consent !== null) return undefined;
              const parameters = ctx.request?.method === 'POST' && Object.keys(query).length === 0 ? body : query;
              tolerateAuthorize(parameters, identifiers.resource, identifiers.scopes);
              requireSoundRequest(parameters);
              await authorizationReads.read(parameters, ctx.getCookie(ctx.context.authCookies.sessionToken.name), flow);
              const clientId = parameters['client_id'];
              if (typeof clientId !== 'string' || !/^\s*https:/i.test(clientId)) return undefined;
              const refusal = await findRefusal(() => providerOf(ctx).getClient(clientId));
              if (refusal === null) return undefined;
              // The library would answer JSON to a person.
              const shown = new URLSearchParams({ error: 'client_metadata', error_description: refusal });
              throw ctx.redirect(`${identifiers.issuer}/error?${shown}`);
            }
            case '/oauth2/consent':
              await consentHooks.beforeConsent(body, flow);
              return undefined;
            case '/oauth2/token': {
              // A plain request comes in that spelling.
              const request = flow.plain === null ? await canonicalize() : ctx.request;
              await tokenHooks.beforeToken(body, flow, () => authenticateClient(request));
              return { context: { request } };
            }
            case '/oauth2/revoke': {
              const request = await canonicalize();
              const isDone = await tokenHooks.beforeRevoke(body, flow, () => authenticateClient(request));
              return isDone ? ctx.json({}) : { context: { request } };
            }
            case '/oauth2/introspect': {
              const request = await canonicalize();
              await tokenHooks.beforeIntrospect(body);
              return { context: { request } };
            }
            case '/reset-password/:token':
              // The mail leads to our own page; this would put the token into a path, and paths are logged.
              throw new APIError('NOT_FOUND');
            case '/verify-email': {
              const link = await toEmailLink(String(query['token']), secrets, new Date());
              // Between the mail and its link somebody else may have got the address; the library would fail on its unique key.
              if (link?.purpose === 'change' && (await ctx.context.internalAdapter.findUserByEmail(link.email)) !== null)
                throw new APIError('BAD_REQUEST', { code: 'INVALID_TOKEN', message: 'Invalid token' });
              return undefined;
            }
            case '/passkey/verify-registration':
            case '/passkey/verify-authentication':
              await requireSoundPasskey(body, ctx.path === '/passkey/verify-registration', async (value) => {
                const { adapter } = ctx.context;
                return (await adapter.findOne({ model: 'passkey', where: [{ field: 'credentialID', value }] })) !== null;
              });
              return undefined;
            case '/two-factor/verify-totp':
            case '/two-factor/verify-backup-code': {
              // No browser skips the second factor, and every code that is right begins a session.
              delete body['trustDevice'];
              delete body['disableSession'];
              const session = await getSessionFromCtx(ctx);
              if (session !== null) flow.outcome = session.user['twoFactorEnabled'] === true ? 'two_factor.checked' : 'two_factor.enabled';
              const asked = await ctx.getSignedCookie(ctx.context.createAuthCookie('two_factor').name, ctx.context.secret);
              const challenge = asked ? await ctx.context.internalAdapter.findVerificationValue(asked) : null;
              flow.userId = session?.user.id ?? challenge?.value ?? null;
              if (ctx.path === '/two-factor/verify-totp' && !(await spendCode(ctx.context.internalAdapter, flow.userId, body, new Date())))
                throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' });
              return undefined;
            }
            case '/oauth2/userinfo':
              await tokenHooks.beforeUserInfo(ctx.headers?.get('authorization') ?? null);
              return undefined;
            default:
              return undefined;
          }
        });
      }),
      after: createHook(async (ctx) => {
        const flow = flows.current();
        const { adapter, returned, session } = ctx.context;
        noteResult(ctx.path, returned, session?.user.id, flow);
        // By shape: refusals of the provider are an APIError of another copy of the same module.
        if (returned instanceof Error) return;
        if (ctx.path === '/oauth2/register' && isRecord(returned)) {
          await registrationHooks.afterRegister(returned, flow, async (id, uris) => {
            await adapter.update({ model: 'oauthClient', where: [{ field: 'clientId', value: id }], update: { redirectUris: [...uris] } });
          });
        }
        if (ctx.path === '/oauth2/token') await tokenHooks.afterToken(flow);
        if (ctx.path === '/change-password' && session) await accountMails.passwordChanged(session.user);
        if (session && (ctx.path === '/two-factor/disable' || flow.outcome === 'two_factor.enabled'))
          accountMails.secondFactorChanged(session.user, ctx.path !== '/two-factor/disable');
        if (ctx.path === '/passkey/verify-registration' && session) accountMails.passkeyAdded(session.user);
        if (ctx.path === '/change-email' && session) accountMails.emailChangeAsked(session.user);
        // Of several links that were asked for, the first that is used is the last.
        if (ctx.path === '/reset-password' && flow.userId !== null)
          await adapter.deleteMany({ model: 'verification', where: [{ field: 'value', value: flow.userId }] });
      }),
    },
    session: { expiresIn: 30 * 24 * 60 * 60, freshAge: INTERACTION_SECONDS },
  });
}

/** Answers refusals as {@link toHttpRefusal} puts them. */
async function asApiErrors<T>(flow: RequestFlow, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = toHttpRefusal(error);
    flow.reason ??= refusal?.reason ?? null;
    if (refusal !== null) throw new APIError(refusal.status, refusal.body, refusal.headers);
    throw error;
  }
}

import type { Tracer } from '../observability/tracing.ts';
import { isGrantType } from './grant-types.ts';
import type { RequestFlows } from './request-flow.ts';

const TRACED: ReadonlySet<string> = new Set([
  'oauth2/authorize',
  'oauth2/consent',
  'oauth2/introspect',
  'oauth2/register',
  'oauth2/revoke',
  'oauth2/token',
  'sign-in/email',
  'sign-up/email',
]);

/** A span around what an endpoint of the authorization server does, with what came of it by closed words alone. */
export function traceEndpoint(
  tracer: Tracer | undefined,
  endpoint: string,
  flows: RequestFlows,
  perform: () => Promise<Response>,
): Promise<Response> {
  if (tracer === undefined || !TRACED.has(endpoint)) return perform();
  return tracer.run({ name: endpoint, kind: 'internal', attributes: {} }, async (span) => {
    const response = await perform();
    const { recorded, detail } = flows.current();
    const grantType = detail?.['grantType'];
    if (endpoint === 'oauth2/token') span.set({ 'vitae.oauth.grant_type': isGrantType(grantType) ? grantType : 'other' });
    if (recorded !== null) span.set({ 'vitae.outcome': recorded.event });
    if (recorded?.decision === 'refused' && recorded.reason !== null) span.fail(recorded.reason);
    return response;
  });
}

import type { Tracer } from '../../observability/tracing.ts';
import { FetchRefused, type FetchedResource } from './pinned-get.ts';

/** A client span around a fetch of ours, by the semantic conventions for HTTP. Query and fragment of the address stay out of it. */
export function traceFetch(tracer: Tracer | undefined, url: string, get: () => Promise<FetchedResource>): Promise<FetchedResource> {
  if (tracer === undefined) return get();
  const attributes = { 'http.request.method': 'GET', ...describeAddress(url) };
  return tracer.run({ name: 'GET', kind: 'client', attributes }, async (span) => {
    try {
      const resource = await get();
      span.set({ 'http.response.status_code': resource.status });
      return resource;
    } catch (error) {
      if (error instanceof FetchRefused) {
        if (error.status !== null) span.set({ 'http.response.status_code': error.status });
        span.set({ 'vitae.fetch.refusal': error.reason });
      }
      throw error;
    }
  });
}

function describeAddress(text: string): Readonly<Record<string, string | number>> {
  if (!URL.canParse(text)) return {};
  const { origin, pathname, hostname, port } = new URL(text);
  return { 'url.full': `${origin}${pathname}`, 'server.address': hostname, 'server.port': port === '' ? 443 : Number(port) };
}

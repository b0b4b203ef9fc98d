import { buildPageHeaders } from './headers.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';

/** GET /account/data: everything that is stored about the owner, as one file (GDPR art. 15 and 20). */
export function createAccountDataRoutes({ deps }: PageTools): readonly PageRoute[] {
  async function download(page: SignedInRequest): Promise<Response> {
    const headers = buildPageHeaders('owner');
    headers.set('content-type', 'application/json');
    headers.set('content-disposition', 'attachment; filename="personal-data.json"');
    return new Response(await toBody(deps.personalData(page.session.userId)), { headers });
  }
  return [{ method: 'GET', path: '/account/data', access: 'signed_in', handle: download }];
}

/** Rejects when not even the beginning can be read: the answer is then another. */
async function toBody(parts: AsyncIterable<string>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  const iterator = parts[Symbol.asyncIterator]();
  const beginning = [await iterator.next(), await iterator.next(), await iterator.next()];
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = beginning.shift() ?? (await iterator.next());
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

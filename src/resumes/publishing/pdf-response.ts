/** A PDF to save. @param slug lower-case ASCII letters, digits and hyphens, so it needs no quoting */
export function buildPdfResponse(bytes: Uint8Array<ArrayBuffer> | null, slug: string): Response {
  return new Response(bytes, {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${slug}.pdf"`,
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    },
  });
}

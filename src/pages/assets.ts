import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PAGE_SCRIPT } from './scripts/page.ts';
import { PASSKEY_SCRIPT } from './scripts/passkey.ts';
import { STYLESHEET } from './styles/stylesheet.ts';
import { SCHEMES } from './styles/tokens.ts';

/** A file whose name changes with its content, so that it may be cached for ever. */
export interface Asset {
  readonly path: string;
  readonly contentType: string;
  readonly content: string;
  /** The content by gzip (RFC 1952). The same for everybody: nothing in it is worth guessing by its length, unlike in a page. */
  readonly compressed: Uint8Array<ArrayBuffer>;
}

/** `page` is what most pages that have a script need. */
export type ScriptName = 'passkey' | 'page';

export interface Assets {
  readonly stylesheet: Asset;
  /** Both schemes by class, for the styleguide. */
  readonly schemes: Asset;
  readonly icon: Asset;
  readonly scripts: Readonly<Record<ScriptName, Asset>>;
}

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5c63"/>' +
  '<path d="M9 9l7 15 7-15" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>';

export function createAssets(): Assets {
  return {
    stylesheet: toAsset(STYLESHEET, 'css', 'text/css; charset=utf-8'),
    schemes: toAsset(SCHEMES, 'css', 'text/css; charset=utf-8'),
    icon: toAsset(ICON, 'svg', 'image/svg+xml'),
    scripts: { passkey: toScript(PASSKEY_SCRIPT), page: toScript(PAGE_SCRIPT) },
  };
}

/** @param acceptEncoding as the request has it (RFC 9110 §12.5.3) */
export function toAssetResponse(asset: Asset, acceptEncoding: string | null): Response {
  const takesGzip = /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding ?? '');
  return new Response(takesGzip ? asset.compressed : asset.content, {
    headers: {
      ...(takesGzip && { 'content-encoding': 'gzip' }),
      vary: 'accept-encoding',
      'content-type': asset.contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}

function toScript(content: string): Asset {
  return toAsset(content, 'js', 'text/javascript; charset=utf-8');
}

function toAsset(content: string, extension: string, contentType: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { path: `/assets/${hash}.${extension}`, contentType, content, compressed: new Uint8Array(gzipSync(content)) };
}

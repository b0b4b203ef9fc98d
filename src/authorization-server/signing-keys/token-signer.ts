import { sign as signBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Keyring } from './keyring.ts';
import type { OpenedKeys } from './opened-keys.ts';

/** The algorithm of every signing key (RFC 7518 §3.4). */
export const SIGNING_ALGORITHM = 'ES256';

/** Signs the claims of a token: a JWS in its compact form (RFC 7515 §7.1). What the header says beside algorithm and key is passed through. */
export type SignToken = (claims: JWTPayload, header?: Readonly<Record<string, unknown>>) => string;

/**
 * Finds what signs tokens now, in place of the library's own signing, which imports the key for each of them and signs on another thread.
 * Undefined while the key is not in memory: then the library signs, and by that reads it.
 */
export function createTokenSigner(keyring: Pick<Keyring, 'recall'>, openedKeys: Pick<OpenedKeys, 'recall'>): () => SignToken | undefined {
  return () => {
    const current = keyring.recall();
    const key = current === null ? null : openedKeys.recall(current);
    if (current === null || key === null) return undefined;
    return (claims, header) => {
      const signed = `${encode({ ...header, alg: SIGNING_ALGORITHM, kid: current.id })}.${encode(claims)}`;
      return `${signed}.${signBytes('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    };
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** The jwt plugin, but that whoever asks it who signs is told {@link createTokenSigner}'s answer of that moment. */
export function withSigner<P extends { readonly options: { readonly jwt?: object } }>(plugin: P, find: () => SignToken | undefined): P {
  const { options } = plugin;
  const jwt = {
    ...options.jwt,
    get sign() {
      return find();
    },
  };
  return { ...plugin, options: { ...options, jwt } };
}

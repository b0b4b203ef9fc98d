import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Jwk } from 'better-auth/plugins/jwt';
import { z } from 'zod';

/** Encrypts and decrypts in the library's way, under the secrets of the server. */
export interface KeyCipher {
  encrypt(data: string): Promise<string>;
  /** @throws when no secret of the server opens it */
  decrypt(data: string): Promise<string>;
}

/** A signing key, as it is stored and as the library signs with it: its private half encrypted, and open. */
export interface OpenedKeys {
  /** The row to store of a key that has just been made; of the form that the library stores by itself. */
  seal(key: Omit<Jwk, 'id'>, cipher: KeyCipher): Promise<Omit<Jwk, 'id'>>;
  /**
   * The stored key with its private half open, from memory when it has been opened before. A key that has ended is left as it is, because
   * nothing is signed with it.
   *
   * @throws when no secret of the server opens it
   */
  open(key: Jwk, cipher: KeyCipher): Promise<Jwk>;
  /** The private half of a stored key that has been opened before, to sign with; null when it has not. */
  recall(key: Pick<Jwk, 'privateKey'>): KeyObject | null;
}

interface Opened {
  readonly opening: Promise<string>;
  /** As a JWK (RFC 7517), once it is there. */
  text: string | null;
  key: KeyObject | null;
}

/** More than sign at a time: the one, and those of a rotation that is taken back. */
const MAXIMUM_OPENED = 8;

/**
 * Keeps the private half of the keys that sign open in memory. The library opens and imports it for every token by itself, which is more
 * work than the signature (decision 0096).
 */
export function createOpenedKeys(): OpenedKeys {
  const opened = new Map<string, Opened>();

  const openOnce = (sealed: string, cipher: KeyCipher) => {
    const known = opened.get(sealed);
    if (known !== undefined) return known.opening;
    const opening = decryptStored(sealed, cipher);
    const entry: Opened = { opening, text: null, key: null };
    if (opened.size >= MAXIMUM_OPENED) opened.clear();
    opened.set(sealed, entry);
    opening.then(
      (text) => (entry.text = text),
      () => opened.delete(sealed),
    );
    return opening;
  };

  return {
    seal: async (key, cipher) => ({ ...key, privateKey: JSON.stringify(await cipher.encrypt(key.privateKey)) }),
    open: async (key, cipher) =>
      key.expiresAt === undefined || key.expiresAt === null ? { ...key, privateKey: await openOnce(key.privateKey, cipher) } : key,
    recall({ privateKey }) {
      const known = opened.get(privateKey);
      if (known === undefined || known.text === null) return null;
      return (known.key ??= createPrivateKey({ key: z.looseObject({ kty: z.string() }).parse(JSON.parse(known.text)), format: 'jwk' }));
    },
  };
}

async function decryptStored(sealed: string, cipher: KeyCipher): Promise<string> {
  const data: unknown = JSON.parse(sealed);
  if (typeof data !== 'string') throw new TypeError('a signing key is not stored as text that is encrypted');
  return cipher.decrypt(data);
}

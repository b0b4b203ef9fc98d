import type { Jwk } from 'better-auth/plugins/jwt';

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
}

/** More than sign at a time: the one, and those of a rotation that is taken back. */
const MAXIMUM_OPENED = 8;

/**
 * Keeps the private half of the keys that sign open in memory. The library opens it for every token by itself, which is a hash on
 * another thread and more work than the signature (decision 0096).
 */
export function createOpenedKeys(): OpenedKeys {
  const opened = new Map<string, Promise<string>>();

  const openOnce = (sealed: string, cipher: KeyCipher) => {
    const known = opened.get(sealed);
    if (known !== undefined) return known;
    const opening = decryptStored(sealed, cipher);
    if (opened.size >= MAXIMUM_OPENED) opened.clear();
    opened.set(sealed, opening);
    opening.catch(() => opened.delete(sealed));
    return opening;
  };

  return {
    seal: async (key, cipher) => ({ ...key, privateKey: JSON.stringify(await cipher.encrypt(key.privateKey)) }),
    open: async (key, cipher) =>
      key.expiresAt === undefined || key.expiresAt === null ? { ...key, privateKey: await openOnce(key.privateKey, cipher) } : key,
  };
}

async function decryptStored(sealed: string, cipher: KeyCipher): Promise<string> {
  const data: unknown = JSON.parse(sealed);
  if (typeof data !== 'string') throw new TypeError('a signing key is not stored as text that is encrypted');
  return cipher.decrypt(data);
}

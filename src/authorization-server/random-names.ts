import { randomFillSync } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 32;
/** Bytes from here on would make the first letters likelier than the others. */
const USABLE = 256 - (256 % LETTERS.length);
/** Enough for some hundred names: a call for random bytes costs the same for one name as for all of them. */
const POOL_BYTES = 4_096;

/**
 * Names clients as the library does, and rows: 32 letters, 182 random bits. The library's functions ask for random bytes each time, which was a
 * twentieth of a registration. Not for secrets: the library makes those one by one.
 *
 * @param fill fills the bytes it is given with random ones
 */
export function createRandomNames(fill: (bytes: Uint8Array<ArrayBuffer>) => void = randomFillSync): () => string {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return () => {
    let name = '';
    while (name.length < LENGTH) {
      if (used === POOL_BYTES) {
        fill(pool);
        used = 0;
      }
      const byte = pool[used] ?? USABLE;
      used += 1;
      if (byte < USABLE) name += LETTERS.charAt(byte % LETTERS.length);
    }
    return name;
  };
}

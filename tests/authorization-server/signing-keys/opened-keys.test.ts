import { describe, expect, it } from 'vitest';
import { createOpenedKeys, type KeyCipher } from '../../../src/authorization-server/signing-keys/opened-keys.ts';

const KEY = { publicKey: '{"kty":"EC"}', privateKey: '{"kty":"EC","d":"secret"}', createdAt: new Date(0) };

/** A cipher that counts, and can be told to fail. */
function createCipher() {
  const calls = { decrypted: 0, fails: false };
  const cipher: KeyCipher = {
    encrypt: async (data) => `sealed ${data}`,
    async decrypt(data) {
      calls.decrypted += 1;
      if (calls.fails) throw new Error('no secret opens this');
      return data.replace(/^sealed /, '');
    },
  };
  return { cipher, calls };
}

describe('signing keys in memory', () => {
  it('are opened once, however many tokens they sign, by whichever copy of their row', async () => {
    const { cipher, calls } = createCipher();
    const keys = createOpenedKeys();
    const stored = { ...(await keys.seal(KEY, cipher)), id: 'a' };
    expect(stored.privateKey).toBe(JSON.stringify(`sealed ${KEY.privateKey}`));

    const opened = await Promise.all(Array.from({ length: 20 }, () => keys.open({ ...stored }, cipher)));

    expect(opened.every(({ privateKey }) => privateKey === KEY.privateKey)).toBe(true);
    expect(calls.decrypted).toBe(1);
  });

  it('are opened anew when another secret has sealed them, or another key has come', async () => {
    const { cipher, calls } = createCipher();
    const keys = createOpenedKeys();
    await keys.open({ ...KEY, id: 'a', privateKey: '"sealed one"' }, cipher);
    const other = await keys.open({ ...KEY, id: 'a', privateKey: '"sealed two"' }, cipher);

    expect(other.privateKey).toBe('two');
    expect(calls.decrypted).toBe(2);
  });

  it('stay closed when they have ended, as nothing is signed with them', async () => {
    const { cipher, calls } = createCipher();
    const ended = { ...KEY, id: 'a', privateKey: '"sealed one"', expiresAt: new Date(0) };

    expect(await createOpenedKeys().open(ended, cipher)).toBe(ended);
    expect(calls.decrypted).toBe(0);
  });

  it('are tried again after they could not be opened', async () => {
    const { cipher, calls } = createCipher();
    const keys = createOpenedKeys();
    const stored = { ...KEY, id: 'a', privateKey: '"sealed one"' };
    calls.fails = true;
    await expect(keys.open(stored, cipher)).rejects.toThrow('no secret opens this');
    calls.fails = false;

    expect((await keys.open(stored, cipher)).privateKey).toBe('one');
    await expect(keys.open({ ...stored, privateKey: '{"kty":"EC"}' }, cipher)).rejects.toThrow(TypeError);
  });

  it('are not gathered without end', async () => {
    const { cipher, calls } = createCipher();
    const keys = createOpenedKeys();
    const open = (number: number) => keys.open({ ...KEY, id: 'a', privateKey: JSON.stringify(`sealed ${number}`) }, cipher);
    for (let number = 0; number < 20; number += 1) await open(number);
    await open(0);

    expect(calls.decrypted).toBe(21);
  });
});

import { z } from 'zod';

const bodySchema = z.object({ code: z.string().optional(), message: z.string().optional() }).catch({});

/**
 * What a request to the auth library has failed with: the error it threw, or what it answered as 5xx of its own accord, by the code and
 * the message of the body.
 */
export class LibraryFailure extends Error {
  override readonly name = 'LibraryFailure';

  constructor(cause: unknown) {
    super('the auth library failed', { cause });
  }

  /** Consumes the response. */
  static async of(response: Response): Promise<LibraryFailure> {
    const text = await response.text();
    const { code, message } = bodySchema.parse(parseJson(text));
    return new LibraryFailure(new Error([response.status, code, message].filter((part) => part !== undefined).join(' ')));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The status alone tells.
    return null;
  }
}

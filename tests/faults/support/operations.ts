import type { Person } from '../../support/app.ts';
import type { Page, Site } from '../../support/browser.ts';
import { connect, consent, createOAuthClient, type TestOAuthClient } from '../../support/oauth.ts';
import { bearer, callMcp, describeAnswer, persist, postForm, refreshWith, toAnswer, type Answer } from './answers.ts';

/** One use of an operation, ready to be sent, and sent again with the same content as a client does that got no answer. */
export interface Attempt {
  send(): Promise<Answer>;
  /**
   * What is wrong with what came of it.
   *
   * @param first the answer that met the fault
   * @param last the answer after trying again
   * @param committed whether a commit may have happened before the fault
   */
  judge(first: Answer, last: Answer, committed: boolean): Promise<string[]>;
}

export interface Operation {
  readonly name: string;
  prepare(): Promise<Attempt>;
}

const RESOURCE = '/mcp';

/** The four operations that make, exchange and end tokens. */
export function createOperations(site: Site, person: Person): readonly Operation[] {
  /** Both tokens work, and the refresh token does so once more. */
  const proveTokens = async (client: TestOAuthClient, { body }: Answer): Promise<string[]> => {
    const violations: string[] = [];
    const called = await persist(() => callMcp(site, bearer(body['access_token'])));
    if (called.status !== 200) violations.push(`an acknowledged access token is answered ${called.status}`);
    const refreshed = await persist(() => refreshWith(site, client, String(body['refresh_token'])));
    if (refreshed.status !== 200) violations.push(`an acknowledged refresh token is answered ${describeAnswer(refreshed)}`);
    return violations;
  };

  return [
    {
      name: 'code exchange',
      async prepare() {
        const client = await createOAuthClient(site);
        const request = await client.createRequest();
        const callback = await consent(person, request);
        const fields = {
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code') ?? '',
          redirect_uri: client.redirectUri,
          code_verifier: request.codeVerifier,
          resource: `${site.origin}${RESOURCE}`,
        };
        const send = () => postForm(site, client, 'token', fields);
        return {
          send,
          async judge(first, last, committed) {
            const violations: string[] = [];
            if (first.status === 200 && last.status === 200) violations.push('the code was exchanged twice');
            if (first.status !== 200 && last.status !== 200 && !committed) violations.push(`the code was lost: ${describeAnswer(last)}`);
            if (last.status !== 200 && last.body['error'] !== 'invalid_grant')
              violations.push(`trying again is answered ${describeAnswer(last)}`);
            // RFC 6749 §4.1.2: using a code again ends what it gave, so only an exchange that was not repeated has tokens to prove.
            if (first.status !== 200 && last.status === 200) violations.push(...(await proveTokens(client, last)));
            return violations;
          },
        };
      },
    },
    {
      name: 'refresh',
      async prepare() {
        const { oauth: client, refreshToken } = await connect(site, person);
        return {
          send: () => refreshWith(site, client, refreshToken),
          async judge(first, last) {
            if (last.status !== 200) return [`the refresh token was lost: ${describeAnswer(last)}`];
            const isSame = first.status !== 200 || first.body['refresh_token'] === last.body['refresh_token'];
            return [...(isSame ? [] : ['the refresh token was spent twice']), ...(await proveTokens(client, last))];
          },
        };
      },
    },
    {
      name: 'consent',
      async prepare() {
        const client = await createOAuthClient(site);
        const request = await client.createRequest();
        const page = await person.browser.open(request.url);
        const send = () => pressAllow(page);
        return {
          send,
          async judge(first, last, committed) {
            const violations: string[] = [];
            const given = [first, last].filter(({ status }) => status === 303);
            if (given.length > 1) violations.push('one request was answered with two codes');
            if (given.length === 0 && !committed) violations.push(`the consent was lost: ${describeAnswer(last)}`);
            for (const { headers } of given) {
              const tokens = await request.redeem(new URL(headers.get('location') ?? ''));
              const called = await persist(() => callMcp(site, bearer(tokens.access_token)));
              if (called.status !== 200) violations.push(`the token of the consent is answered ${called.status}`);
            }
            return violations;
          },
        };
      },
    },
    {
      name: 'revoke',
      async prepare() {
        const { oauth: client, refreshToken, accessToken } = await connect(site, person);
        return {
          send: () => postForm(site, client, 'revoke', { token: refreshToken }),
          async judge(_first, last) {
            if (last.status !== 200) return [`revoking is answered ${describeAnswer(last)}`];
            const refreshed = await persist(() => refreshWith(site, client, refreshToken));
            const called = await persist(() => callMcp(site, bearer(accessToken)));
            return [
              ...(refreshed.body['error'] === 'invalid_grant' ? [] : [`a revoked refresh token is answered ${describeAnswer(refreshed)}`]),
              ...(called.status === 401 ? [] : [`a revoked access token is answered ${called.status}`]),
            ];
          },
        };
      },
    },
  ];

  /** 303: the person was sent back to the client. */
  function pressAllow(page: Page): Promise<Answer> {
    return toAnswer(async () => {
      const next = await page.press('Allow');
      if (next.leavesTo === null) return new Response(next.html, { status: next.status, headers: next.headers });
      return new Response(null, { status: 303, headers: { location: next.leavesTo.href } });
    });
  }
}

import type { VNode } from 'preact';
import type { EmailLink } from '../authorization-server/email-link.ts';
import { Button, ButtonLink } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import { HiddenField } from './components/fields.tsx';
import type { Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { createReturnCookie, findWayBack } from './return-cookie.ts';
import { toFlowPath } from './signed-query.ts';

const MAXIMUM_TOKEN = 4_096;

/**
 * GET and POST /verify-email, where links about an address lead. Looking at it changes nothing: programs that read mails open
 * every link.
 */
export function createVerifyEmailRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond } = tools;

  const read = async (token: string | null) => (token === null || token.length > MAXIMUM_TOKEN ? null : deps.accounts.readEmailLink(token));

  const showOver = (page: PageRequest) =>
    respond.flow(page, { title: messages.text('verify.overTitle'), body: <LinkOverPage messages={messages} />, status: 400 });

  async function open(page: PageRequest): Promise<Response> {
    const token = new URLSearchParams(page.query).get('token');
    const link = await read(token);
    if (token === null || link === null) return showOver(page);
    const body = <VerifyEmailPage messages={messages} token={token} link={link} />;
    return respond.flow(page, { title: messages.text(`verify.${link.purpose}.title`), body });
  }

  async function submit(page: PageRequest): Promise<Response> {
    const token = formValue(page.form, 'token');
    const link = await read(token);
    if (token === null || link === null) return showOver(page);
    const answer = await tools.auth.get(page.request, 'verify-email', { token });
    if (answer.status === 429) return respond.problem('tooMany', page);
    if (answer.status >= 400) return showOver(page);
    const cookie = createReturnCookie(deps.identifiers);
    const query = link.purpose === 'confirm' ? await findWayBack(tools, cookie.read(page.request.headers)) : null;
    const body = <EmailVerifiedPage messages={messages} link={link} isSignedIn={page.session !== null} query={query} />;
    return respond.flow(page, {
      title: messages.text(`verify.${link.purpose}.doneTitle`),
      body,
      setCookies: link.purpose === 'confirm' ? [...answer.setCookies, cookie.forget()] : answer.setCookies,
    });
  }

  return [
    { method: 'GET', path: '/verify-email', access: 'anyone', handle: open },
    { method: 'POST', path: '/verify-email', access: 'anyone', handle: submit },
  ];
}

function VerifyEmailPage({ messages, token, link }: { messages: Messages; token: string; link: EmailLink }): VNode {
  return (
    <>
      <h1>{messages.text(`verify.${link.purpose}.title`)}</h1>
      <p class="lead">{messages.rich(`verify.${link.purpose}.lead`, { email: <Address email={link.email} /> })}</p>
      <form method="post" action="/verify-email">
        <HiddenField name="token" value={token} />
        <div class="actions actions-wide">
          <Button>{messages.text(`verify.${link.purpose}.submit`)}</Button>
        </div>
      </form>
    </>
  );
}

interface EmailVerifiedPageProps {
  readonly messages: Messages;
  readonly link: EmailLink;
  readonly isSignedIn: boolean;
  readonly query: string | null;
}

function EmailVerifiedPage({ messages, link, isSignedIn, query }: EmailVerifiedPageProps): VNode {
  const leadsOn = isSignedIn && query === null;
  return (
    <>
      <h1>{messages.text(`verify.${link.purpose}.doneTitle`)}</h1>
      <p class="lead">{messages.rich(`verify.${link.purpose}.doneLead`, { email: <Address email={link.email} /> })}</p>
      <div class="actions actions-wide">
        <ButtonLink href={leadsOn ? '/account' : toFlowPath('/sign-in', query)}>
          {messages.text(leadsOn ? 'verify.toAccount' : 'signIn.submit')}
        </ButtonLink>
      </div>
    </>
  );
}

function LinkOverPage({ messages }: { readonly messages: Messages }): VNode {
  return (
    <>
      <h1>{messages.text('verify.overTitle')}</h1>
      <p class="lead">{messages.text('verify.overLead')}</p>
      <div class="actions actions-wide">
        <ButtonLink href="/account">{messages.text('verify.toAccount')}</ButtonLink>
      </div>
    </>
  );
}

function Address({ email }: { readonly email: string }): VNode {
  return (
    <strong>
      <Untrusted>{email}</Untrusted>
    </strong>
  );
}

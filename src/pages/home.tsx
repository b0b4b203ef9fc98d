import type { VNode } from 'preact';
import { ButtonLink } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';
import { FirstResume } from './resumes.tsx';

/** GET /: what this is, for visitors; where to go, for the owner. */
export function createHomeRoutes({ deps, messages, respond, csrf }: PageTools): readonly PageRoute[] {
  async function openOwnerHome({ session, info }: Pick<SignedInRequest, 'session' | 'info'>): Promise<VNode> {
    const { resumes } = await deps.resumes.list({ principal: session, requestId: info.requestId }, null);
    const csrfToken = csrf.issue(session.sessionId);
    return <OwnerHome messages={messages} name={session.userName} hasResumes={resumes.length > 0} csrfToken={csrfToken} />;
  }

  return [
    {
      method: 'GET',
      path: '/',
      access: 'anyone',
      async handle(page) {
        const { session } = page;
        const body = session === null ? <VisitorHome messages={messages} /> : await openOwnerHome({ ...page, session });
        return respond.owner(page, { title: messages.text('home.title'), body });
      },
    },
  ];
}

function VisitorHome({ messages }: { messages: Messages }): VNode {
  const points = [
    { title: 'home.point1Title', text: 'home.point1' },
    { title: 'home.point2Title', text: 'home.point2' },
    { title: 'home.point3Title', text: 'home.point3' },
  ] as const;
  return (
    <>
      <div class="hero">
        <h1>{messages.text('home.title')}</h1>
        <p class="lead">{messages.text('home.lead')}</p>
        <p class="actions">
          <ButtonLink href="/sign-up">{messages.text('home.createAccount')}</ButtonLink>
          <ButtonLink href="/sign-in" kind="secondary">
            {messages.text('home.signIn')}
          </ButtonLink>
        </p>
      </div>
      <ul class="cards">
        {points.map((point) => (
          <li key={point.title} class="card">
            <h2>{messages.text(point.title)}</h2>
            <p>{messages.text(point.text)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

interface OwnerHomeProps {
  readonly messages: Messages;
  readonly name: string;
  readonly hasResumes: boolean;
  readonly csrfToken: string;
}

function OwnerHome({ messages, name, hasResumes, csrfToken }: OwnerHomeProps): VNode {
  const places = [
    { href: '/resumes', title: 'home.toResumes', hint: 'home.toResumesHint' },
    { href: '/connect', title: 'home.toConnect', hint: 'home.toConnectHint' },
    { href: '/connections', title: 'home.toConnections', hint: 'home.toConnectionsHint' },
    { href: '/api-keys', title: 'home.toKeys', hint: 'home.toKeysHint' },
  ] as const;
  return (
    <>
      <h1>{messages.rich('home.welcomeTitle', { name: <Untrusted>{name}</Untrusted> })}</h1>
      {hasResumes ? null : <FirstResume messages={messages} csrfToken={csrfToken} />}
      <h2>{messages.text('home.next')}</h2>
      <ul class="cards cards-wide">
        {places.map((place) => (
          <li key={place.href} class="card card-link">
            <h3>
              <a href={place.href}>{messages.text(place.title)}</a>
            </h3>
            <p>{messages.text(place.hint)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

import type { VNode } from 'preact';
import { ButtonLink } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools } from './page.ts';

/** GET /: what this is, for visitors; where to go, for the owner. */
export function createHomeRoutes({ messages, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/',
      access: 'anyone',
      async handle(page) {
        const body =
          page.session === null ? <VisitorHome messages={messages} /> : <OwnerHome messages={messages} name={page.session.userName} />;
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

function OwnerHome({ messages, name }: { messages: Messages; name: string }): VNode {
  const places = [
    { href: '/resumes', title: 'home.toResumes', hint: 'home.toResumesHint' },
    { href: '/connect', title: 'home.toConnect', hint: 'home.toConnectHint' },
    { href: '/connections', title: 'home.toConnections', hint: 'home.toConnectionsHint' },
    { href: '/api-keys', title: 'home.toKeys', hint: 'home.toKeysHint' },
  ] as const;
  return (
    <>
      <h1>{messages.rich('home.welcomeTitle', { name: <Untrusted>{name}</Untrusted> })}</h1>
      <h2>{messages.text('home.next')}</h2>
      <ul class="cards">
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

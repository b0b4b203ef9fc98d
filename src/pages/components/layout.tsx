import type { ComponentChildren, VNode } from 'preact';
import type { Messages } from '../messages.ts';
import { LanguageForm, type LanguageFormProps } from './language-form.tsx';

export interface DocumentProps {
  readonly messages: Messages;
  readonly title: string;
  readonly stylesheetPath: string;
  readonly iconPath: string;
  /** A scheme of its own, whatever the system prefers, and the stylesheet that knows it. */
  readonly scheme?: { readonly name: string; readonly stylesheetPath: string } | null;
  /** The nonce is that of the policy in the headers. */
  readonly script?: { readonly path: string; readonly nonce: string } | null;
  /** Leave for this address at once (the form target policy of the pages forbids a redirect that answers a POST). */
  readonly refreshTo?: string | null;
  /** Open this page anew after so long, unless a script does better. */
  readonly refreshSeconds?: number | null;
  readonly children: ComponentChildren;
}

/** The whole document around a layout. */
export function Document({
  messages,
  title,
  stylesheetPath,
  iconPath,
  script,
  scheme,
  refreshTo,
  refreshSeconds,
  children,
}: DocumentProps): VNode {
  return (
    <html lang={messages.language} class={scheme?.name}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {refreshTo ? <meta http-equiv="refresh" content={`0;url=${refreshTo}`} /> : null}
        {refreshSeconds ? (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        ) : null}
        <title>{title}</title>
        <link rel="stylesheet" href={stylesheetPath} />
        {scheme ? <link rel="stylesheet" href={scheme.stylesheetPath} /> : null}
        <link rel="icon" type="image/svg+xml" href={iconPath} />
        {script ? <script type="module" src={script.path} nonce={script.nonce} /> : null}
      </head>
      <body>
        <a class="skip" href="#content">
          {messages.text('site.skip')}
        </a>
        {children}
      </body>
    </html>
  );
}

interface FlowLayoutProps extends LanguageFormProps {
  /** `wide` for pages with lists of choices. */
  readonly width?: 'narrow' | 'wide';
  readonly children: ComponentChildren;
}

/** One decision on one sheet, nothing beside it that leads away. */
export function FlowLayout({ messages, returnTo, width = 'narrow', children }: FlowLayoutProps): VNode {
  return (
    <div class={`flow flow-${width}`}>
      <header class="flow-header">
        <Mark />
        <span class="wordmark">{messages.text('site.name')}</span>
      </header>
      <main id="content" class="sheet">
        {children}
      </main>
      <LanguageForm messages={messages} returnTo={returnTo} />
    </div>
  );
}

const NAVIGATION = [
  { href: '/resumes', key: 'nav.resumes' },
  { href: '/connections', key: 'nav.connections' },
  { href: '/activity', key: 'nav.activity' },
  { href: '/api-keys', key: 'nav.apiKeys' },
  { href: '/connect', key: 'nav.connect' },
  { href: '/account', key: 'site.account' },
] as const;

const OF_RESUMES: ReadonlySet<string> = new Set(['/resumes', '/api-keys', '/connect']);

interface OwnerLayoutProps extends LanguageFormProps {
  /** Path of the page, for the mark in the navigation. */
  readonly path: string;
  readonly isSignedIn: boolean;
  readonly children: ComponentChildren;
}

/** The owner's pages under one navigation; without it for visitors who are not signed in. */
export function OwnerLayout({ messages, returnTo, path, isSignedIn, children }: OwnerLayoutProps): VNode {
  return (
    <div class="owner">
      <header class="owner-header">
        <a class="brand" href="/">
          <Mark />
          <span class="wordmark">{messages.text('site.name')}</span>
        </a>
        {isSignedIn ? (
          <nav aria-label={messages.text('site.navigation')}>
            <ul class="navigation">
              {NAVIGATION.filter(({ href }) => messages.isOfResumes || !OF_RESUMES.has(href)).map(({ href, key }) => (
                <li key={href}>
                  <a href={href} aria-current={path === href ? 'page' : path.startsWith(`${href}/`) ? 'true' : undefined}>
                    {messages.text(key)}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        ) : null}
      </header>
      <main id="content">{children}</main>
      <LanguageForm messages={messages} returnTo={returnTo} />
    </div>
  );
}

function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <path class="mark-sheet" d="M7 3h13l6 6v20H7z" />
      <path class="mark-line" d="M11.5 13l4 9.5 4.5-9.5" />
    </svg>
  );
}

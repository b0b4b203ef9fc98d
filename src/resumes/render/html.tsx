import { createHash } from 'node:crypto';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { buildStylesheet } from './templates/stylesheet.ts';
import type { ResumeView, ViewEntry, ViewSection } from './view-model.ts';

export interface RenderedHtml {
  readonly html: string;
  /** For the header of the answer; the document also says it by itself, for when it is opened as a file. */
  readonly contentSecurityPolicy: string;
}

/** What a page around the document adds to its head. */
export interface PageHead {
  readonly title: string;
  readonly description: string | null;
  readonly url: string;
  /** Where a PDF of it is, for a link that paper does not show, in the words and the language of the reader; null: there is none. */
  readonly pdf: { readonly path: string; readonly label: string; readonly language: string } | null;
  /** Search engines may list the page. */
  readonly isIndexed: boolean;
}

/**
 * Renders a resume as one HTML document that needs nothing else: its style stands inside, allowed by hash; no script, no
 * picture, no font and no request to anybody. Every text is escaped.
 */
export function renderHtml(view: ResumeView, page: PageHead | null = null): RenderedHtml {
  const stylesheet = buildStylesheet(view);
  const hash = createHash('sha256').update(stylesheet).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const html = renderToString(
    <html lang={view.language} dir={view.direction}>
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        {page?.isIndexed === true ? null : <meta name="robots" content="noindex" />}
        <title>{page?.title ?? view.name ?? 'Resume'}</title>
        {page === null ? null : <Preview page={page} />}
        {/* Our own text around a colour that the schema has checked; escaping would break its selectors. */}
        <style dangerouslySetInnerHTML={{ __html: stylesheet }} />
      </head>
      <body>
        <main class={`resume ${view.template}`}>
          <Head view={view} />
          {view.sections.map((section) => (
            <Section key={section.key} section={section} />
          ))}
        </main>
        {page === null || page.pdf === null ? null : (
          <p class="tools" lang={page.pdf.language} dir="ltr">
            <a href={page.pdf.path}>{page.pdf.label}</a>
          </p>
        )}
      </body>
    </html>,
  );
  return { html: `<!doctype html>\n${html}\n`, contentSecurityPolicy: `${policy}; frame-ancestors 'none'` };
}

/** What messengers and social networks show of a link (Open Graph). No picture: there is none to fetch. */
function Preview({ page }: { readonly page: PageHead }): VNode {
  return (
    <>
      <meta property="og:type" content="profile" />
      <meta property="og:title" content={page.title} />
      <meta property="og:url" content={page.url} />
      <meta name="twitter:card" content="summary" />
      <link rel="canonical" href={page.url} />
      {page.description === null ? null : (
        <>
          <meta name="description" content={page.description} />
          <meta property="og:description" content={page.description} />
        </>
      )}
    </>
  );
}

function Head({ view }: { readonly view: ResumeView }): VNode {
  return (
    <header>
      {view.name === null ? null : <h1 dir="auto">{view.name}</h1>}
      {view.label === null ? null : (
        <p class="label" dir="auto">
          {view.label}
        </p>
      )}
      {view.contacts.length === 0 ? null : (
        <ul class="contacts">
          {view.contacts.map(({ text, href }) => (
            <li key={text}>
              <Link href={href}>
                <bdi>{text}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

function Section({ section }: { readonly section: ViewSection }): VNode {
  return (
    <section class={section.kind}>
      <h2 dir="auto">{section.title}</h2>
      {section.kind === 'lines' ? (
        <ul>
          {section.entries.map((entry, index) => (
            <Line key={index} entry={entry} />
          ))}
        </ul>
      ) : (
        section.entries.map((entry, index) => <Entry key={index} entry={entry} isQuote={section.kind === 'quotes'} />)
      )}
    </section>
  );
}

function Line({ entry: { title, subtitle, keywords } }: { readonly entry: ViewEntry }): VNode {
  return (
    <li dir="auto">
      {title === null ? null : <strong>{title}</strong>}
      {subtitle === null ? null : <span class="level"> {subtitle}</span>}
      {keywords.length === 0 ? null : <span class="keywords"> {keywords.join(', ')}</span>}
    </li>
  );
}

function Entry({ entry, isQuote }: { readonly entry: ViewEntry; readonly isQuote: boolean }): VNode {
  const { title, href, subtitle, location, dates, summary, highlights, keywords } = entry;
  const hasHead = [title, subtitle, location, dates, href].some((part) => part !== null);
  const paragraphs = summary.map((paragraph, index) => (
    <p key={index} class="summary" dir="auto">
      {paragraph}
    </p>
  ));
  return (
    <article>
      {hasHead ? (
        <div class="entry-head">
          {title === null && href === null ? null : (
            <h3 dir="auto">
              <Link href={href}>{title ?? href}</Link>
            </h3>
          )}
          {subtitle === null ? null : (
            <p class="subtitle" dir="auto">
              {subtitle}
            </p>
          )}
          {dates === null && location === null ? null : (
            <p class="when">
              {dates === null ? null : <span class="dates">{dates}</span>}
              {location === null ? null : <bdi class="location">{location}</bdi>}
            </p>
          )}
        </div>
      ) : null}
      {isQuote && paragraphs.length > 0 ? <blockquote>{paragraphs}</blockquote> : paragraphs}
      {highlights.length === 0 ? null : (
        <ul class="highlights">
          {highlights.map((highlight, index) => (
            <li key={index} dir="auto">
              {highlight}
            </li>
          ))}
        </ul>
      )}
      {keywords.length === 0 ? null : (
        <p class="keywords" dir="auto">
          {keywords.join(' · ')}
        </p>
      )}
    </article>
  );
}

function Link({ href, children }: { readonly href: string | null; readonly children: ComponentChildren }): VNode {
  if (href === null) return <>{children}</>;
  return (
    <a href={href} rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

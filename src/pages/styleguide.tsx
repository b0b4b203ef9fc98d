import type { ComponentChildren, VNode } from 'preact';
import { ActionForm } from './components/actions.tsx';
import { allowOwnFrame } from './headers.ts';
import type { PageRequest, PageRoute, PageTools } from './page.ts';
import type { Specimen } from './styleguide-fields.tsx';
import { buildSpecimens } from './styleguide-specimens.tsx';

const SCHEMES = ['light', 'dark'] as const;

/**
 * GET /styleguide: every component of `components/` in its states, in the light and the dark scheme side by side; each scheme, and
 * the layout of the flow, is a page of its own in a frame. For whoever works on the pages: it is there with STYLEGUIDE=on alone,
 * and its own words are in English.
 */
export function createStyleguideRoutes({ deps, messages, respond }: PageTools): readonly PageRoute[] {
  if (!deps.hasStyleguide) return [];

  async function openFrames(page: PageRequest): Promise<Response> {
    const body = <Frames sheets={[...SCHEMES, 'flow']} />;
    return respond.owner(page, { title: 'Styleguide', body, hasFrame: true });
  }

  async function openSheet(page: PageRequest): Promise<Response> {
    const { sheet } = page.params;
    const scheme = SCHEMES.find((known) => known === sheet);
    if (sheet === 'flow') {
      const body = <Sheet title="FlowLayout" specimens={[]} />;
      return allowOwnFrame(respond.flow(page, { title: 'FlowLayout', body }));
    }
    if (scheme === undefined) return respond.problem('notFound', page);
    const body = <Sheet title={`Components, ${scheme}`} specimens={buildSpecimens(messages)} />;
    return allowOwnFrame(respond.owner(page, { title: 'Components', body, scheme, script: 'page' }));
  }

  return [
    { method: 'GET', path: '/styleguide', access: 'anyone', handle: openFrames },
    { method: 'GET', path: '/styleguide/:sheet', access: 'anyone', handle: openSheet },
  ];
}

function Frames({ sheets }: { readonly sheets: readonly string[] }): VNode {
  return (
    <>
      <h1>Styleguide</h1>
      <div class="cards cards-wide styleguide">
        {sheets.map((sheet) => (
          <section key={sheet} class="preview" aria-labelledby={sheet}>
            <h2 id={sheet}>
              <a href={`/styleguide/${sheet}`}>{sheet}</a>
            </h2>
            <iframe title={sheet} src={`/styleguide/${sheet}`} />
          </section>
        ))}
      </div>
    </>
  );
}

function Sheet({ title, specimens }: { readonly title: string; readonly specimens: readonly Specimen[] }): VNode {
  const files = [...new Set(specimens.map(({ file }) => file))];
  return (
    <>
      <h1>{title}</h1>
      {files.length === 0 ? <ActionForm action="/sign-in" csrfToken="" children="Button" /> : null}
      {files.map((file) => (
        <section key={file} class="stack" aria-labelledby={`file-${file}`}>
          <h2 id={`file-${file}`}>
            <code>{file}</code>
          </h2>
          {specimens
            .filter((specimen) => specimen.file === file)
            .map(({ component, states }) => (
              <Specimens key={component} component={component}>
                {states}
              </Specimens>
            ))}
        </section>
      ))}
    </>
  );
}

function Specimens({ component, children }: { readonly component: string; readonly children: ComponentChildren }): VNode {
  return (
    <div class="stack" data-component={component}>
      <h3>
        <code>{component}</code>
      </h3>
      {children}
    </div>
  );
}

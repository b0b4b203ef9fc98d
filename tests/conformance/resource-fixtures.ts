import type { ReadResourceResult } from '@modelcontextprotocol/server';
import { PNG } from './fixture.ts';

export const WATCHED_URI = 'test://watched-resource';

const CONTENTS: Readonly<Record<string, ReadResourceResult['contents'][number]>> = {
  'test://static-text': { uri: 'test://static-text', mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { uri: 'test://static-binary', mimeType: 'image/png', blob: PNG },
  [WATCHED_URI]: { uri: WATCHED_URI, mimeType: 'text/plain', text: 'Watched.' },
};

export const RESOURCE_FIXTURES = Object.entries(CONTENTS).map(([uri, { mimeType }]) => ({
  uri,
  name: uri.slice('test://'.length),
  description: `Conformance fixture ${uri}`,
  mimeType,
}));

export const TEMPLATE_FIXTURE = {
  uriTemplate: 'test://template/{id}/data',
  name: 'template',
  description: 'Conformance fixture',
  mimeType: 'application/json',
};

export function readFixtureResource(uri: string): ReadResourceResult | null {
  const contents = CONTENTS[uri];
  if (contents !== undefined) return { contents: [contents] };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) return null;
  return {
    contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
  };
}

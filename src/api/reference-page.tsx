import { render } from 'preact-render-to-string';
import { z } from 'zod';
import type { JsonObject } from '../resumes/json.ts';

const schemaSchema = z.looseObject({ type: z.string().optional(), enum: z.array(z.unknown()).optional(), $ref: z.string().optional() });

const parameterSchema = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  schema: schemaSchema.extend({ description: z.string().optional() }),
});

const bodySchema = z.object({
  content: z.object({
    'application/json': z.object({
      schema: z.object({
        properties: z.record(z.string(), schemaSchema.extend({ description: z.string().optional() })).default({}),
        required: z.array(z.string()).default([]),
      }),
    }),
  }),
});

const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string(),
  parameters: z.array(parameterSchema).default([]),
  requestBody: bodySchema.optional(),
  responses: z.record(z.string(), z.object({ description: z.string() })),
});

/** What the page shows of an OpenAPI document. */
const documentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.tuple([z.object({ url: z.string() })]),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

type Operation = z.infer<typeof operationSchema>;

interface Field {
  readonly name: string;
  readonly where: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/**
 * Renders the reference of the REST API as one HTML page: no script, nothing from elsewhere.
 *
 * @param document of {@link buildOpenApiDocument}
 * @param base what stands before our own paths outside: `''`, or `/vitae`
 * @param stylesheetPath without the base
 */
export function renderApiReference(document: JsonObject, base: string, stylesheetPath: string): string {
  const { info, servers, paths } = documentSchema.parse(document);
  const [server] = servers;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${info.title} API reference`}</title>
        <link rel="stylesheet" href={`${base}${stylesheetPath}`} />
      </head>
      <body>
        <main>
          <h1>{`${info.title} API reference`}</h1>
          <p>{info.description}</p>
          <p>
            Base address: <code>{server.url}</code>. Machine-readable: <a href={`${base}/api/openapi.json`}>OpenAPI 3.1</a>, version{' '}
            {info.version}.
          </p>
          <pre>
            <code>{`curl -H 'x-api-key: YOUR_KEY' ${server.url}/resumes`}</code>
          </pre>
          <nav aria-label="Operations">
            <ul>
              {operations.map(({ path, method, operation }) => (
                <li key={operation.operationId}>
                  <a href={`#${operation.operationId}`}>
                    {operation.summary}: {method} {path}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          {operations.map(({ path, method, operation }) => (
            <section key={operation.operationId} id={operation.operationId}>
              <h2>{operation.summary}</h2>
              <p>
                <code>
                  {method} {path}
                </code>
              </p>
              <p>{operation.description}</p>
              <FieldTable fields={fieldsOf(operation)} />
              <p>
                Answers:{' '}
                {Object.entries(operation.responses)
                  .map(([status, response]) => `${status} ${response.description}`)
                  .join(', ')}
                .
              </p>
            </section>
          ))}
        </main>
      </body>
    </html>
  );
  return `<!doctype html>${render(page)}`;
}

function FieldTable({ fields }: { readonly fields: readonly Field[] }) {
  if (fields.length === 0) return null;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">
              <code>{field.name}</code>
              {field.isRequired ? ' (required)' : ''}
            </th>
            <td>{field.where}</td>
            <td>{field.type}</td>
            <td>{field.description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function fieldsOf({ parameters, requestBody }: Operation): Field[] {
  const body = requestBody?.content['application/json'].schema;
  return [
    ...parameters.map(({ name, in: where, required, schema }) => ({
      name,
      where,
      type: typeOf(schema),
      isRequired: required === true,
      description: schema.description ?? '',
    })),
    ...Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
      name,
      where: 'body',
      type: typeOf(schema),
      isRequired: body?.required.includes(name) === true,
      description: schema.description ?? '',
    })),
  ];
}

function typeOf(schema: z.infer<typeof schemaSchema>): string {
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ');
  return schema.$ref?.split('/').at(-1) ?? schema.type ?? 'any';
}

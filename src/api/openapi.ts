import { STATUS_CODES } from 'node:http';
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { z } from 'zod';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../resumes/json.ts';
import { resumeSchema } from '../resumes/resume.ts';
import { REST_PREFIX } from './http.ts';
import { DOCUMENT_TITLE, documentOutput, summaryOutput } from './resume-schemas.ts';
import type { Router } from './router.ts';

const DESCRIPTION = [
  'The same operations as the MCP tools and the RPC endpoint, over REST with JSON.',
  'Send an API key in x-api-key, or the session cookie of a signed-in browser. OAuth access tokens are for /mcp only.',
  'An error is a JSON object with code, status, message and, for most codes, data.',
].join(' ');

const RESUME_DOCUMENT_REF = '#/components/schemas/JsonResume';

/**
 * Builds the OpenAPI 3.1 document of everything the router serves over REST. The same input gives the same document.
 *
 * @param options `appUrl` the public address, `cookiePrefix` what the names of our cookies begin with, `version` of this server
 */
export async function buildOpenApiDocument(
  router: Router,
  options: { readonly appUrl: string; readonly cookiePrefix: string; readonly version: string },
): Promise<JsonObject> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const generated = await generator.generate(router, {
    info: { title: 'Vitae', version: options.version, description: DESCRIPTION },
    servers: [{ url: `${options.appUrl}${REST_PREFIX}` }],
    security: [{ apiKey: [] }, { session: [] }],
    commonSchemas: {
      ResumeSummary: { schema: summaryOutput, strategy: 'output' },
      Resume: { schema: documentOutput, strategy: 'output' },
      OtherError: { error: 'UndefinedError' },
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        session: { type: 'apiKey', in: 'cookie', name: `${options.cookiePrefix}.session_token` },
      },
    },
  });
  const document = requireJsonObject(polish(requireJsonObject(generated)));
  const components = requireJsonObject(document['components']);
  const { $schema: _dialect, ...jsonResume } = requireJsonObject(z.toJSONSchema(resumeSchema, { target: 'draft-2020-12', io: 'input' }));
  return {
    ...document,
    components: { ...components, schemas: { ...requireJsonObject(components['schemas']), JsonResume: jsonResume } },
  };
}

/** What the generator says too vaguely: the schema of a document, lists in a query, and the name of a status. */
function polish(value: JsonValue, member = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => polish(item));
  if (!isJsonObject(value)) return value;
  if (value['title'] === DOCUMENT_TITLE) return { $ref: RESUME_DOCUMENT_REF, description: value['description'] ?? DOCUMENT_TITLE };
  if (value['in'] === 'query' && typeof value['name'] === 'string') {
    const { allowEmptyValue: _empty, allowReserved: _reserved, ...parameter } = value;
    return { ...parameter, style: 'form', explode: true };
  }
  const polished = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, polish(inner, name)]));
  const isUnnamed = value['description'] === member || value['description'] === 'OK';
  return isUnnamed && STATUS_CODES[member] !== undefined ? { ...polished, description: STATUS_CODES[member] } : polished;
}

function requireJsonObject(value: unknown): JsonObject {
  const json = parseJson(value);
  if (!json.ok || !isJsonObject(json.value)) throw new TypeError('expected a JSON object');
  return json.value;
}

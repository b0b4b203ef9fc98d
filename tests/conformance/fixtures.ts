import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createRequestStateCodec,
  INVALID_PARAMS,
  ProtocolError,
  type CallToolResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { McpExtension, McpHandlers } from '../../src/mcp/server.ts';
import { createInputFixtures } from './input-fixtures.ts';
import { PROMPT_FIXTURES } from './prompt-fixtures.ts';
import { readFixtureResource, RESOURCE_FIXTURES, TEMPLATE_FIXTURE, WATCHED_URI } from './resource-fixtures.ts';
import { AUDIO, IMAGE, text, type ToolFixture } from './fixture.ts';

const PAUSE_MS = 50;

const TOOLS: Readonly<Record<string, ToolFixture>> = {
  test_simple_text: { call: () => text('This is a simple text response for testing.') },
  test_image_content: { call: () => ({ content: [IMAGE] }) },
  test_audio_content: { call: () => ({ content: [AUDIO] }) },
  test_embedded_resource: {
    call: () => ({
      content: [{ type: 'resource', resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'An embedded resource.' } }],
    }),
  },
  test_multiple_content_types: {
    call: () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        IMAGE,
        {
          type: 'resource',
          resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' },
        },
      ],
    }),
  },
  test_error_handling: { call: () => ({ ...text('This tool intentionally returns an error for testing'), isError: true }) },
  test_tool_with_progress: { call: reportProgress },
  test_tool_with_logging: { call: logThreeTimes },
  test_logging_tool: { call: logThreeTimes },
  json_schema_2020_12_tool: {
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: { address: { $anchor: 'addressDef', type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
    call: () => text('ok'),
  },
};

async function reportProgress(_input: unknown, ctx: ServerContext): Promise<CallToolResult> {
  const progressToken = ctx.mcpReq['_meta']?.progressToken;
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined)
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    await delay(PAUSE_MS);
  }
  return text('Reported progress.');
}

/** 2025-era revisions log unless told otherwise, 2026-07-28 only for a request that names a level. */
async function logThreeTimes(_input: unknown, ctx: ServerContext): Promise<CallToolResult> {
  const envelope: Readonly<Record<string, unknown>> | undefined = ctx.mcpReq.envelope;
  const silent = envelope !== undefined && envelope['io.modelcontextprotocol/logLevel'] === undefined;
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    if (!silent) await ctx.mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
    await delay(PAUSE_MS);
  }
  return text('Logged.');
}

/** Everything the conformance suite expects a server to have beside its own tools, put in front of the product's handlers. */
export function createConformanceExtension(): McpExtension {
  const states = createRequestStateCodec<string>({ key: randomBytes(32) });
  const tools: Readonly<Record<string, ToolFixture>> = { ...TOOLS, ...createInputFixtures(states) };
  return {
    options: (base) => ({ ...base, capabilities: { logging: {} }, requestState: { verify: (state, ctx) => states.verify(state, ctx) } }),
    handlers: (base) => extendHandlers(base, tools),
    install(server) {
      server.server.registerCapabilities({ resources: { listChanged: false, subscribe: true } });
      for (const method of ['resources/subscribe', 'resources/unsubscribe'] as const) {
        server.server.setRequestHandler(method, ({ params }) => {
          if (params.uri !== WATCHED_URI) throw new ProtocolError(INVALID_PARAMS, `Nothing to watch at ${params.uri}`);
          return {};
        });
      }
    },
  };
}

function extendHandlers(base: McpHandlers, tools: Readonly<Record<string, ToolFixture>>): McpHandlers {
  return {
    ...base,
    async 'tools/list'(request, ctx) {
      const own = await base['tools/list'](request, ctx);
      const fixtures = Object.entries(tools).map(([name, { inputSchema = { type: 'object' as const } }]) => ({
        name,
        description: `Conformance fixture ${name}`,
        inputSchema,
      }));
      return { ...own, tools: [...own.tools, ...fixtures] };
    },
    'tools/call': (request, ctx) =>
      tools[request.params.name]?.call(request.params.arguments ?? {}, ctx) ?? base['tools/call'](request, ctx),
    async 'resources/list'(request, ctx) {
      const own = await base['resources/list'](request, ctx);
      return { ...own, resources: [...own.resources, ...RESOURCE_FIXTURES] };
    },
    async 'resources/templates/list'(request, ctx) {
      const own = await base['resources/templates/list'](request, ctx);
      return { ...own, resourceTemplates: [...own.resourceTemplates, TEMPLATE_FIXTURE] };
    },
    'resources/read': (request, ctx) => readFixtureResource(request.params.uri) ?? base['resources/read'](request, ctx),
    async 'prompts/list'(request, ctx) {
      const own = await base['prompts/list'](request, ctx);
      const fixtures = Object.entries(PROMPT_FIXTURES).map(([name, prompt]) => ({
        name,
        description: `Conformance fixture ${name}`,
        arguments: prompt.arguments.map((argument) => ({ name: argument, required: true })),
      }));
      return { ...own, prompts: [...own.prompts, ...fixtures] };
    },
    'prompts/get': (request, ctx) =>
      PROMPT_FIXTURES[request.params.name]?.get(request.params.arguments ?? {}, ctx) ?? base['prompts/get'](request, ctx),
    'completion/complete'(request, ctx) {
      const { ref } = request.params;
      const isFixture = ref.type === 'ref/prompt' && ref.name in PROMPT_FIXTURES;
      return isFixture ? { completion: { values: ['test-value'], hasMore: false } } : base['completion/complete'](request, ctx);
    },
  };
}

import type { CallToolResult, InputRequiredResult, ServerContext, Tool } from '@modelcontextprotocol/server';

/** A tool that only the conformance suite calls. */
export interface ToolFixture {
  readonly inputSchema?: Tool['inputSchema'];
  readonly call: (input: Readonly<Record<string, unknown>>, ctx: ServerContext) => ToolAnswer | Promise<ToolAnswer>;
}

export type ToolAnswer = CallToolResult | InputRequiredResult;

/** One red pixel. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';
export const IMAGE = { type: 'image' as const, data: PNG, mimeType: 'image/png' };

/** A WAV header over no samples. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';
export const AUDIO = { type: 'audio' as const, data: WAV, mimeType: 'audio/wav' };

export function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}

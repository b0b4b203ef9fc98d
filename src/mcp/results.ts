import { ORPCError, ValidationError } from '@orpc/server';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';

const objectOutput = z.record(z.string(), z.unknown());

/** What a procedure answered, as data that matches the tool's output schema and as text with the same meaning. */
export function toToolResult(output: unknown): CallToolResult {
  const structuredContent = objectOutput.parse(output);
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

/**
 * What to do next, for the model, for every way a call can fail by its own fault. Typed over all codes: a new one does not
 * compile until it has a hint.
 */
const HINTS: Readonly<Record<string, string>> = {};

/**
 * A failure the caller can do something about, as a tool result: invalid input by JSON Pointer and expectation, domain errors
 * with their code, message and hint. Carries no structured content: that would have to match the output schema.
 *
 * @returns null for everything else, which must not reach the wire in its own words
 */
export function toToolFailure(tool: string, error: unknown): CallToolResult | null {
  if (!(error instanceof ORPCError)) return null;
  if (error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    const lines = error.cause.issues.map((issue) => `${toJsonPointer(issue.path ?? [])}: ${issue.message}`);
    return failure([`The input of ${tool} is invalid; nothing was changed.`, ...lines]);
  }
  const code = String(error.code);
  const hint = error.defined && Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
  if (hint === undefined) return null;
  const data: unknown = error.data;
  return failure([`${code}: ${error.message}`, ...(data === undefined || data === null ? [] : [JSON.stringify(data)]), hint]);
}

function failure(lines: readonly string[]): CallToolResult {
  return { content: [{ type: 'text', text: lines.join('\n') }], isError: true };
}

type PathSegment = PropertyKey | { readonly key: PropertyKey };

/** RFC 6901. The whole document is the empty pointer, written out because an empty line start tells a reader nothing. */
function toJsonPointer(path: readonly PathSegment[]): string {
  if (path.length === 0) return '(the whole input)';
  return path
    .map(
      (segment) =>
        `/${String(typeof segment === 'object' ? segment.key : segment)
          .replaceAll('~', '~0')
          .replaceAll('/', '~1')}`,
    )
    .join('');
}

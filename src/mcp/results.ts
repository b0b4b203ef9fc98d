import { ORPCError, ValidationError } from '@orpc/server';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { API_HINTS, type ApiErrorCode } from '../api/errors.ts';

const objectOutput = z.record(z.string(), z.unknown());

/** What a procedure answered, as data that matches the tool's output schema and as text with the same meaning. */
export function toToolResult(output: unknown): CallToolResult {
  const structuredContent = objectOutput.parse(output);
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

/**
 * A failure the caller can do something about, as a tool result: invalid input by JSON Pointer and expectation, domain errors
 * with their code, message and hint (API_HINTS has one for every code of ours; a code that another service has declared comes with its message). Carries no structured content: that would have to match the output schema.
 *
 * @returns null for everything else, which must not reach the wire in its own words
 */
export function toToolFailure(
  tool: string,
  error: unknown,
): { readonly outcome: 'invalid' | 'refused'; readonly result: CallToolResult } | null {
  if (!(error instanceof ORPCError)) return null;
  if (error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    const lines = error.cause.issues.map((issue) => `${toJsonPointer(issue.path ?? [])}: ${issue.message}`);
    return { outcome: 'invalid', result: failure([`The input of ${tool} is invalid; nothing was changed.`, ...lines]) };
  }
  if (!isApiErrorCode(error.code))
    return error.defined ? { outcome: 'refused', result: failure([`${error.code}: ${error.message}`]) } : null;
  const hint = API_HINTS[error.code];
  const message = error.message.endsWith(hint) ? error.message : `${error.message} ${hint}`;
  const data: unknown = error.data;
  const lines = [`${error.code}: ${message}`, ...(data === undefined || data === null ? [] : [JSON.stringify(data)])];
  return { outcome: 'refused', result: failure(lines) };
}

function isApiErrorCode(code: unknown): code is ApiErrorCode {
  return typeof code === 'string' && Object.hasOwn(API_HINTS, code);
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

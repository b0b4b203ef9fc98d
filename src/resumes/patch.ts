import { isDeepStrictEqual } from 'node:util';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { ResumeError } from './errors.ts';
import { jsonBytes, parseJson, type JsonValue } from './json.ts';
import { parsePointer, resolveTokens } from './pointer.ts';
import { MAX_RESUME_BYTES, parseResume, type Resume } from './resume.ts';

export const MAX_PATCH_OPERATIONS = 200;

/** What `copy` and `move` may carry around in one patch, however small the document stays: it bounds the time a patch can take. */
const MAX_CARRIED_BYTES = 4 * MAX_RESUME_BYTES;

export const PATCH_OPERATION_NAMES = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;
export type PatchOperationName = (typeof PATCH_OPERATION_NAMES)[number];

/**
 * Applies a JSON Patch (RFC 6902) to a resume, all of it or nothing, and checks that a resume comes out.
 *
 * @param before left untouched
 * @throws ResumeError `invalid_patch` or `patch_test_failed` with the index of the operation, `resume_too_large` as soon as
 * any step grows the document beyond the limit, `invalid_resume` when the result is not a resume
 */
export function patchResume(before: Resume, operations: readonly unknown[]): Resume {
  return requireResume(applyPatch(before, operations));
}

/** @throws ResumeError `invalid_resume` or `resume_too_large` */
export function requireResume(value: unknown): Resume {
  const result = parseResume(value);
  if (result.ok) return result.resume;
  throw new ResumeError(
    'problems' in result
      ? { code: 'invalid_resume', problems: result.problems }
      : { code: 'resume_too_large', limitBytes: MAX_RESUME_BYTES },
  );
}

/**
 * Applies a JSON Patch (RFC 6902) to any JSON document. Pointers reach own members and existing items only, never a prototype.
 * Not checked: what kind of document comes out.
 *
 * @param document left untouched
 * @throws ResumeError `invalid_patch`, `patch_test_failed`, `resume_too_large`
 */
export function applyPatch(document: unknown, operations: readonly unknown[]): JsonValue {
  const copied = parseJson(document);
  if (!copied.ok) throw new ResumeError({ code: 'invalid_resume', problems: [copied.problem] });
  if (operations.length > MAX_PATCH_OPERATIONS) {
    throw new ResumeError({
      code: 'invalid_patch',
      operation: MAX_PATCH_OPERATIONS,
      reason: `a patch has at most ${MAX_PATCH_OPERATIONS} operations`,
    });
  }
  let current = copied.value;
  // Never less than the true size: recounted only when it passes the limit, so that 200 operations stay cheap.
  let sizeBound = jsonBytes(current);
  let carriedBytes = 0;
  for (const [index, raw] of operations.entries()) {
    const refuse = (reason: string) => new ResumeError({ code: 'invalid_patch', operation: index, reason });
    const operation = requireOperation(raw, current, refuse);
    if (operation.op === 'test') {
      const tested = resolveTokens(current, operation.tokens);
      if (!tested.found || !isDeepStrictEqual(tested.value, operation.value)) {
        throw new ResumeError({ code: 'patch_test_failed', operation: index, pointer: operation.path });
      }
      continue;
    }
    const addedBytes = operation.op === 'remove' ? 0 : jsonBytes(operation.value) + operation.path.length * 3 + 8;
    if (operation.op === 'copy' || operation.op === 'move') carriedBytes += addedBytes;
    if (carriedBytes > MAX_CARRIED_BYTES) throw tooLarge();
    for (const step of toLibraryOperations(operation)) current = applyStep(current, step, refuse);
    sizeBound += addedBytes;
    if (sizeBound > MAX_RESUME_BYTES) sizeBound = jsonBytes(current);
    if (sizeBound > MAX_RESUME_BYTES) throw tooLarge();
  }
  return current;
}

interface CheckedOperation {
  readonly op: PatchOperationName;
  readonly path: string;
  readonly tokens: readonly string[];
  readonly from: string;
  /** Of `add`, `replace` and `test` what was sent; of `move` and `copy` what stands at `from`. */
  readonly value: JsonValue;
}

type Refuse = (reason: string) => ResumeError;

function requireOperation(raw: unknown, document: JsonValue, refuse: Refuse): CheckedOperation {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw refuse('an operation is an object');
  const op = PATCH_OPERATION_NAMES.find((name) => name === member(raw, 'op'));
  if (op === undefined) throw refuse(`op is one of ${PATCH_OPERATION_NAMES.join(', ')}`);
  const path = member(raw, 'path');
  if (typeof path !== 'string') throw refuse('path is a JSON Pointer');
  const tokens = requireTokens(path, 'path', refuse);
  if (op === 'move' || op === 'copy') {
    const { from, value } = requireSource(member(raw, 'from'), document, refuse);
    if (op === 'move' && path.startsWith(`${from}/`)) throw refuse(`${from} can't be moved into itself`);
    return { op, path, tokens, from, value };
  }
  if (op === 'remove') return { op, path, tokens, from: '', value: null };
  if (member(raw, 'value') === undefined) throw refuse(`${op} needs a value`);
  const value = parseJson(member(raw, 'value'));
  if (!value.ok)
    throw refuse(`its value needs ${value.problem.expected} at ${value.problem.pointer === '' ? 'its root' : value.problem.pointer}`);
  return { op, path, tokens, from: '', value: value.value };
}

function requireSource(from: unknown, document: JsonValue, refuse: Refuse): { readonly from: string; readonly value: JsonValue } {
  if (typeof from !== 'string') throw refuse('from is a JSON Pointer');
  const source = resolveTokens(document, requireTokens(from, 'from', refuse));
  if (!source.found) throw refuse(`nothing stands at from ${from}`);
  const copied = parseJson(source.value);
  if (!copied.ok) throw refuse(`${from} has ${copied.problem.expected} at ${copied.problem.pointer}`);
  return { from, value: copied.value };
}

function requireTokens(pointer: string, name: string, refuse: Refuse): readonly string[] {
  const parsed = parsePointer(pointer);
  if (!parsed.ok) throw refuse(`${name} ${JSON.stringify(pointer.slice(0, 200))} is no pointer to a member: ${parsed.reason}`);
  return parsed.tokens;
}

type LibraryOperation = Extract<Operation, { op: 'add' | 'remove' | 'replace' }>;

/**
 * `copy` and `move` in terms of `add` and `remove`, as RFC 6902 §4.4 and §4.5 define them: the library doesn't check the target
 * of a `move` and clones the document twice to look a source up.
 */
function toLibraryOperations({ op, path, from, value }: CheckedOperation): LibraryOperation[] {
  switch (op) {
    case 'remove':
      return [{ op, path }];
    case 'move':
      return from === path
        ? []
        : [
            { op: 'remove', path: from },
            { op: 'add', path, value },
          ];
    case 'copy':
      return [{ op: 'add', path, value }];
    case 'add':
    case 'replace':
      return [{ op, path, value }];
    case 'test':
      return [];
  }
}

function applyStep(document: JsonValue, step: LibraryOperation, refuse: Refuse): JsonValue {
  const tokens = requireTokens(step.path, 'path', refuse);
  const parent = resolveTokens(document, tokens.slice(0, -1));
  if (tokens.length > 0 && !(parent.found && typeof parent.value === 'object' && parent.value !== null)) {
    const holder = step.path.slice(0, step.path.lastIndexOf('/')) || 'the root';
    throw refuse(`no object or list stands at ${holder} to hold ${step.path}; add that first`);
  }
  if (step.op !== 'add' && !resolveTokens(document, tokens).found) throw refuse(`nothing stands at ${step.path}`);
  if (step.op === 'add' && parent.found && Array.isArray(parent.value) && !isInsertable(tokens.at(-1) ?? '', parent.value.length)) {
    throw refuse(`${step.path} is no place in a list of ${parent.value.length}: use an index up to that, or - for its end`);
  }
  try {
    return jsonPatch.applyOperation<JsonValue>(document, step, true).newDocument;
  } catch (error) {
    if (error instanceof jsonPatch.JsonPatchError) throw refuse(`${step.op} is not possible at ${step.path} (${error.name})`);
    throw error;
  }
}

/** RFC 6902 §4.1: an index without leading zeros (RFC 6901 §4), at most the length, or the end. The library takes `01` for 1. */
function isInsertable(token: string, length: number): boolean {
  return token === '-' || (/^(?:0|[1-9]\d{0,8})$/.test(token) && Number(token) <= length);
}

function tooLarge(): ResumeError {
  return new ResumeError({ code: 'resume_too_large', limitBytes: MAX_RESUME_BYTES });
}

function member(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined;
}

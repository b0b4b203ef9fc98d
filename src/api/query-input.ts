import { z } from 'zod';

/**
 * Gives the text of a query string the types its schema asks for: `limit=20` a number, `isPublic=true` a boolean, `tags=a` a list
 * of one. Text that isn't such a value stays as it is, for the schema to refuse. Bodies are JSON and are never converted.
 */
export function toTypedQuery(schema: unknown, input: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof input !== 'object' || input === null) return input;
  const shape: Readonly<Record<string, unknown>> = schema.shape;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]: [string, unknown]) => [
      name,
      Object.hasOwn(shape, name) ? toTyped(shape[name], value) : value,
    ]),
  );
}

function toTyped(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return toTyped(schema.unwrap(), value);
  if (typeof value !== 'string') return value;
  if (schema instanceof z.ZodArray) return [value];
  if (schema instanceof z.ZodNumber && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (schema instanceof z.ZodBoolean && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

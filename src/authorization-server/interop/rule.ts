import type { ScopeRegistry } from '../scopes.ts';

/** Something a real client does that a server by the letter would refuse, and what is done about it. */
export interface InteropRule<Subject> {
  /** What the rule takes, as a fact. */
  readonly takes: string;
  /** Which clients do it, with a public report. */
  readonly seen: string;
  /** Changes the parsed values in place, or leaves them alone. Never widens what a client may do. */
  readonly apply: (subject: Subject, scopes?: ScopeRegistry) => void;
}

/** A request that may name a resource (RFC 8707). */
export interface RequestToResource {
  /** Parsed, and changed in place. */
  readonly parameters: Record<string, unknown>;
  /** The canonical resource identifier. */
  readonly resource: string;
}

export function applyRules<Subject>(rules: Readonly<Record<string, InteropRule<Subject>>>, subject: Subject, scopes?: ScopeRegistry): void {
  for (const rule of Object.values(rules)) rule.apply(subject, scopes);
}

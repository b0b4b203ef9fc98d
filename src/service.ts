/** An application of somebody else's behind this authorization server and MCP endpoint, in the place of resumes. */
export interface Service {
  /** A word for programs, e.g. `shopping`. */
  readonly name: string;
  /** For people, e.g. `Shopping list`. */
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** What a model is told about the tools. */
  readonly instructions: string;
  /** Its scopes (RFC 6749 §3.3) and what the consent page says of each. The first one is asked for in every challenge. */
  readonly scopes: Readonly<Record<string, string>>;
  /** oRPC procedures; those that `createTool` began are tools. */
  readonly router: object;
  /** Words of pages in the place of ours, by their key in src/pages/messages. */
  readonly words?: Readonly<Record<string, string>>;
}

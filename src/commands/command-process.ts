/** A process as far as a command knows it. */
export interface CommandProcess {
  /** Environment variables by name. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const KNOWN_PATHS = ['/usr/bin/pdftotext', '/usr/local/bin/pdftotext', '/opt/homebrew/bin/pdftotext'] as const;

/** The reader of PDFs in Debian's poppler-utils; null: tests that read a PDF back are to be skipped. */
export function findPdfToText(): string | null {
  return KNOWN_PATHS.find((path) => existsSync(path)) ?? null;
}

/**
 * The text of a PDF as another program reads it, pages apart by form feeds.
 * @param options of pdftotext, such as `-layout`
 */
export async function readPdfText(pdf: Uint8Array, ...options: string[]): Promise<string> {
  const path = findPdfToText();
  if (path === null) throw new Error('no pdftotext: install poppler-utils');
  const running = promisify(execFile)(path, [...options, '-', '-'], { maxBuffer: 16 * 1024 * 1024 });
  running.child.stdin?.end(pdf);
  return (await running).stdout;
}

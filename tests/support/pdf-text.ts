import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'] as const;

/** The reader of PDFs in Debian's poppler-utils; null: tests that read a PDF back are to be skipped. */
export function findPdfToText(): string | null {
  return FOLDERS.map((folder) => join(folder, 'pdftotext')).find((path) => existsSync(path)) ?? null;
}

/** The first page of a PDF as a PNG of 48 dots per inch, by pdftoppm of the same package. */
export async function renderPdfPage(pdf: Uint8Array): Promise<Buffer> {
  const reader = findPdfToText();
  if (reader === null) throw new Error('no pdftoppm: install poppler-utils');
  const options = ['-png', '-r', '48', '-singlefile', '-'];
  const running = promisify(execFile)(join(dirname(reader), 'pdftoppm'), options, { encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 });
  running.child.stdin?.end(pdf);
  return (await running).stdout;
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

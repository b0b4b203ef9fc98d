import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ResumeView } from '../view-model.ts';
import { DOCUMENT_SOURCE } from './document-source.ts';
import { WORKER_SOURCE } from './worker-source.ts';

const COMPILER = '@myriaddreamin/typst-ts-node-compiler';

/** A document of 256 KiB takes well under a second. */
const TIMEOUT_MS = 20_000;
const MAX_WAITING = 32;

export type PdfOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `not_installed`: the optional compiler is missing. `busy`: too many are waiting. `failed`: the operator's log says why. */
  | { readonly ok: false; readonly reason: 'not_installed' | 'busy' | 'failed'; readonly detail: string };

export interface PdfRenderer {
  /** Whether the compiler is there; asked before a link to a PDF is given out. */
  readonly isAvailable: boolean;
  /** Never rejects. */
  render(view: ResumeView): Promise<PdfOutcome>;
  close(): Promise<void>;
}

type Answer = { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly id: number; readonly problem: string };

/**
 * Renders PDFs in a worker thread, one after the other: the compiler is native and synchronous. The thread starts with the
 * first request, and anew after it ran into the time limit or ended by itself.
 *
 * The compiler gets the view as data. It can read no file of a resume's choosing and fetches nothing: the program that uses it
 * is constant and names no file, package or address.
 */
export function createPdfRenderer(): PdfRenderer {
  const compilerPath = findCompiler();
  const waiting = new Map<number, (outcome: PdfOutcome) => void>();
  let worker: Worker | null = null;
  let nextId = 0;

  function settleAll(outcome: PdfOutcome): void {
    for (const settle of waiting.values()) settle(outcome);
    waiting.clear();
  }

  function start(path: string): Worker {
    const started = new Worker(WORKER_SOURCE, {
      eval: true,
      workerData: { compilerPath: path, source: DOCUMENT_SOURCE, workspace: tmpdir() },
    });
    started.on('message', (answer: Answer) => {
      const settle = waiting.get(answer.id);
      waiting.delete(answer.id);
      settle?.('bytes' in answer ? { ok: true, bytes: answer.bytes } : { ok: false, reason: 'failed', detail: answer.problem });
    });
    const onEnd = (detail: string) => {
      if (worker !== started) return;
      worker = null;
      settleAll({ ok: false, reason: 'failed', detail });
    };
    started.on('error', (error) => onEnd(error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => onEnd(`the worker ended with ${code}`));
    // Idle, it must not keep the process alive.
    started.unref();
    return started;
  }

  return {
    isAvailable: compilerPath !== null,
    async render(view) {
      if (compilerPath === null) return { ok: false, reason: 'not_installed', detail: `${COMPILER} is not installed` };
      if (waiting.size >= MAX_WAITING) return { ok: false, reason: 'busy', detail: `${MAX_WAITING} are waiting` };
      worker ??= start(compilerPath);
      const asked = worker;
      nextId += 1;
      const id = nextId;
      return new Promise<PdfOutcome>((resolve) => {
        const timer = setTimeout(() => {
          if (worker === asked) worker = null;
          settleAll({ ok: false, reason: 'failed', detail: `took longer than ${TIMEOUT_MS} ms` });
          void asked.terminate();
        }, TIMEOUT_MS);
        waiting.set(id, (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        });
        asked.postMessage({ id, view: JSON.stringify(toData(view)) }, []);
      });
    },
    async close() {
      const running = worker;
      worker = null;
      settleAll({ ok: false, reason: 'failed', detail: 'closing' });
      await running?.terminate();
    },
  };
}

/** The view, with its language as typst names languages. */
function toData(view: ResumeView): object {
  const { language, region } = new Intl.Locale(view.language);
  return {
    ...view,
    title: view.name ?? 'Resume',
    lang: /^[a-z]{2,3}$/.test(language) ? language : 'en',
    region: region !== undefined && /^[A-Z]{2}$/.test(region) ? region : null,
  };
}

/** Where it is, without loading it: it takes tens of megabytes of memory that most servers can do without. */
function findCompiler(): string | null {
  try {
    return createRequire(import.meta.url).resolve(COMPILER);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

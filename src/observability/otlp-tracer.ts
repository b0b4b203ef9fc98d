import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Link, type Span as OtelSpan } from '@opentelemetry/api';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes, serviceInstanceIdDetector } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { NO_SPAN, type RemoteContext, type Span, type SpanStart, type Tracer } from './tracing.ts';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
const FLUSH_MS = 1_000;
/** A trace state may be long; ours is not the place to carry more. */
const MAXIMUM_TRACESTATE = 512;

interface Around {
  readonly context: Context;
  readonly isTrusted: boolean;
}

/**
 * Sends spans to an OTLP endpoint over HTTP as JSON, in batches and never in anybody's way. Everything but the name and version of the service is
 * read by the library from the environment variables that OpenTelemetry specifies.
 *
 * Registers nothing globally, so libraries with instrumentation of their own add no spans.
 *
 * @param onFailed told when spans could not be sent, the first time and after each time that it worked
 */
export function createOtlpTracer(version: string, onFailed: (error: Error | undefined) => void): Tracer {
  const exporter = tellFailures(new OTLPTraceExporter(), onFailed);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'vitae', 'service.version': version }).merge(
      detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('vitae', version);
  const around = new AsyncLocalStorage<Around>();

  const place = ({ remote, isTrusted }: SpanStart): { readonly parent: Context; readonly links: Link[]; readonly isTrusted: boolean } => {
    const outer = around.getStore();
    const trusted = isTrusted ?? outer?.isTrusted ?? false;
    const ambient = outer?.context ?? ROOT_CONTEXT;
    const sent = remote === undefined ? null : toContext(remote);
    const linked = sent === null ? null : trace.getSpanContext(trusted ? ambient : sent);
    return {
      parent: sent !== null && trusted ? sent : ambient,
      links: linked === null || linked === undefined ? [] : [{ context: linked }],
      isTrusted: trusted,
    };
  };

  const run: Tracer['run'] = (start, work) => {
    const { parent, links, isTrusted } = place(start);
    const span = tracer.startSpan(start.name, { kind: KINDS[start.kind], attributes: start.attributes, links }, parent);
    const context = trace.setSpan(parent, span);
    try {
      const result = around.run({ context, isTrusted }, () => work(toSpan(span)));
      if (!isPromise(result)) span.end();
      else
        result.then(
          () => span.end(),
          (error: unknown) => endFailed(span, error),
        );
      return result;
    } catch (error) {
      endFailed(span, error);
      throw error;
    }
  };

  return {
    run,
    runInside: (start, work) => (around.getStore() === undefined ? work(NO_SPAN) : run(start, work)),
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FLUSH_MS);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

function toContext({ traceparent, tracestate }: RemoteContext): Context | null {
  const carrier = { traceparent, tracestate: tracestate !== null && tracestate.length <= MAXIMUM_TRACESTATE ? tracestate : undefined };
  const context = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, carrier, {
    get: (from: Record<string, string | null | undefined>, key) => from[key] ?? undefined,
    keys: () => [],
  });
  return trace.getSpanContext(context) === undefined ? null : context;
}

function toSpan(span: OtelSpan): Span {
  return {
    traceId: span.spanContext().traceId,
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    fail: (type) => void span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR }),
  };
}

/** Messages of errors may hold what a person wrote: only the type goes out. */
function endFailed(span: OtelSpan, error: unknown): void {
  toSpan(span).fail(error instanceof Error ? error.name : typeof error);
  span.end();
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function tellFailures(exporter: SpanExporter, onFailed: (error: Error | undefined) => void): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !failing) onFailed(result.error);
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

import { randomUUID } from 'node:crypto';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { LegacyLeg } from '../../src/mcp/handler.ts';

/**
 * 2025-era sessions, in which a server can ask the client for something. The product has none; four scored scenarios of the
 * 2025-11-25 set need them. A session belongs to the user who opened it.
 */
export function createSessionfulLeg(): LegacyLeg {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return async (request, message, { context, createServer }) => {
    const { userId } = context.principal;
    const sessionId = request.headers.get('mcp-session-id');
    const options = message === null ? {} : { parsedBody: message };
    if (sessionId !== null) {
      const transport = sessions.get(keyOf(userId, sessionId));
      return transport === undefined
        ? Response.json({ error: 'unknown session' }, { status: 404 })
        : transport.handleRequest(request, options);
    }
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(keyOf(userId, id), transport),
      onsessionclosed: (id) => void sessions.delete(keyOf(userId, id)),
    });
    await createServer().connect(transport);
    return transport.handleRequest(request, options);
  };
}

function keyOf(userId: string, sessionId: string): string {
  return `${userId} ${sessionId}`;
}

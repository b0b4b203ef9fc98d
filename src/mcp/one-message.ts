import { InMemoryTransport, isJSONRPCRequest, isJSONRPCResponse, type JSONRPCMessage, type McpServer } from '@modelcontextprotocol/server';

/**
 * Gives one message to a server of its own, in memory, brings back its answer and closes the server, which aborts what still runs for it.
 *
 * @returns the answer to a request; null for a message that has none, and when the signal was aborted first
 */
export async function answerMessage(server: McpServer, message: JSONRPCMessage, signal: AbortSignal): Promise<JSONRPCMessage | null> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  try {
    if (!isJSONRPCRequest(message)) {
      await near.send(message);
      return null;
    }
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
      // A transport of the protocol layer is no event target. Nothing but the answer can be sent to a client that reads one JSON body.
      // oxlint-disable-next-line unicorn/prefer-add-event-listener
      near.onmessage = (answer) => {
        if (isJSONRPCResponse(answer)) resolve(answer);
      };
      near.send(message).catch(reject);
    });
  } finally {
    await server.close();
  }
}

import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type InputRequests,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text, type ToolFixture } from './fixture.ts';

const NAME = z.object({ name: z.string() });
const COLOR = z.object({ color: z.string() });
const CONFIRMATION = z.object({ ok: z.boolean() });

const askName = inputRequired.elicit({ message: 'What is your name?', requestedSchema: NAME });
const askConfirmation = inputRequired.elicit({ message: 'Please confirm', requestedSchema: CONFIRMATION });
const askRoots = inputRequired.listRoots();
const ask = (question: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text: question } }], maxTokens });

const DEFAULTS = {
  type: 'object' as const,
  properties: {
    name: { type: 'string' as const, default: 'John Doe' },
    age: { type: 'integer' as const, default: 30 },
    score: { type: 'number' as const, default: 95.5 },
    status: { type: 'string' as const, enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean' as const, default: true },
  },
};

const titled = (noun: string) =>
  ['First', 'Second', 'Third'].map((ordinal, index) => ({ const: `value${index + 1}`, title: `${ordinal} ${noun}` }));
const OPTIONS = ['option1', 'option2', 'option3'];
const ENUMS = {
  type: 'object' as const,
  properties: {
    untitledSingle: { type: 'string' as const, enum: OPTIONS },
    titledSingle: { type: 'string' as const, oneOf: titled('Option') },
    legacyEnum: { type: 'string' as const, enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
    untitledMulti: { type: 'array' as const, items: { type: 'string' as const, enum: OPTIONS } },
    titledMulti: { type: 'array' as const, items: { anyOf: titled('Choice') } },
  },
};

const PERSON = z.object({ username: z.string().describe("User's response"), email: z.string().describe("User's email address") });

/** Asks until the client has answered `key` at all, then says what it answered. */
function asking(key: string, request: InputRequests[string]): ToolFixture {
  return {
    call(_input, ctx) {
      const response = inputResponse(ctx.mcpReq.inputResponses, key);
      return response.kind === 'missing'
        ? inputRequired({ inputRequests: { [key]: request } })
        : text(`Answered: ${JSON.stringify(response)}`);
    },
  };
}

/** Asks for a confirmation under a sealed state. The server's own check has refused a broken seal before this runs. */
function confirming(states: RequestStateCodec<string>): ToolFixture {
  return {
    async call(_input, ctx) {
      const answer = acceptedContent(ctx.mcpReq.inputResponses, 'confirm', CONFIRMATION);
      if (answer !== undefined && ctx.mcpReq.requestState<string>() === 'confirming') return text('state-ok');
      return inputRequired({ inputRequests: { confirm: askConfirmation }, requestState: await states.mint('confirming', ctx) });
    },
  };
}

/** The tools that need something from the client, on both eras: the SDK turns what they ask into requests for a 2025-era client. */
export function createInputFixtures(states: RequestStateCodec<string>): Readonly<Record<string, ToolFixture>> {
  return {
    test_sampling: {
      inputSchema: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
      call: ({ prompt }, ctx) => asking('answer', ask(String(prompt), 100)).call({}, ctx),
    },
    test_elicitation: {
      inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      call: ({ message }, ctx) =>
        asking('person', inputRequired.elicit({ message: String(message), requestedSchema: PERSON })).call({}, ctx),
    },
    test_elicitation_sep1034_defaults: asking('form', inputRequired.elicit({ message: 'Check these', requestedSchema: DEFAULTS })),
    test_elicitation_sep1330_enums: asking('form', inputRequired.elicit({ message: 'Choose', requestedSchema: ENUMS })),
    test_streaming_elicitation: asking('user_name', askName),
    test_missing_capability: asking('answer', ask('Anything', 10)),
    test_input_required_result_elicitation: {
      call(_input, ctx) {
        const answer = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', NAME);
        return answer === undefined ? inputRequired({ inputRequests: { user_name: askName } }) : text(`Hello, ${answer.name}!`);
      },
    },
    test_input_required_result_sampling: asking('capital_question', ask('What is the capital of France?', 100)),
    test_input_required_result_list_roots: asking('client_roots', askRoots),
    test_input_required_result_request_state: confirming(states),
    test_input_required_result_tampered_state: confirming(states),
    test_input_required_result_capabilities: { call: (_input, ctx) => inputRequired({ inputRequests: requestsFor(ctx) }) },
    test_input_required_result_multiple_inputs: {
      async call(_input, ctx) {
        const requests = { user_name: askName, greeting: ask('Generate a greeting', 50), client_roots: askRoots };
        const answered = Object.keys(requests).every((key) => inputResponse(ctx.mcpReq.inputResponses, key).kind !== 'missing');
        return answered ? text('All answered.') : inputRequired({ inputRequests: requests, requestState: await states.mint('asked', ctx) });
      },
    },
    test_input_required_result_multi_round: {
      async call(_input, ctx) {
        const state = ctx.mcpReq.requestState<string>();
        const responses = ctx.mcpReq.inputResponses;
        if (state === 'round-2' && acceptedContent(responses, 'step2', COLOR) !== undefined) return text('Both steps are done.');
        const second = state === 'round-1' && acceptedContent(responses, 'step1', NAME) !== undefined;
        return second
          ? inputRequired({
              inputRequests: { step2: inputRequired.elicit({ message: 'Step 2: What is your favorite color?', requestedSchema: COLOR }) },
              requestState: await states.mint('round-2', ctx),
            })
          : inputRequired({
              inputRequests: { step1: inputRequired.elicit({ message: 'Step 1: What is your name?', requestedSchema: NAME }) },
              requestState: await states.mint('round-1', ctx),
            });
      },
    },
  };
}

const declared = z.object({ elicitation: z.unknown(), sampling: z.unknown() }).partial();

/** Only what the client says it can answer. */
function requestsFor(ctx: ServerContext): InputRequests {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  const capabilities = declared.parse(envelope[CLIENT_CAPABILITIES_META_KEY] ?? {});
  return {
    ...(capabilities?.elicitation !== undefined && { user_name: askName }),
    ...(capabilities?.sampling !== undefined && { greeting: ask('Generate a greeting', 50) }),
  };
}

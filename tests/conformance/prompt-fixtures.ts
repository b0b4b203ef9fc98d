import {
  acceptedContent,
  inputRequired,
  type GetPromptResult,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { IMAGE } from './fixture.ts';

interface PromptFixture {
  readonly arguments: readonly string[];
  readonly get: (values: Readonly<Record<string, string>>, ctx: ServerContext) => GetPromptResult | InputRequiredResult;
}

const says = (text: string) => ({ role: 'user' as const, content: { type: 'text' as const, text } });

export const PROMPT_FIXTURES: Readonly<Record<string, PromptFixture>> = {
  test_simple_prompt: { arguments: [], get: () => ({ messages: [says('This is a simple prompt for testing.')] }) },
  test_prompt_with_arguments: {
    arguments: ['arg1', 'arg2'],
    get: ({ arg1, arg2 }) => ({ messages: [says(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  },
  test_prompt_with_embedded_resource: {
    arguments: ['resourceUri'],
    get: ({ resourceUri }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'resource',
            resource: { uri: String(resourceUri), mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
          },
        },
        says('Please process the embedded resource above.'),
      ],
    }),
  },
  test_prompt_with_image: {
    arguments: [],
    get: () => ({ messages: [{ role: 'user', content: IMAGE }, says('Please analyze the image above.')] }),
  },
  test_input_required_result_prompt: {
    arguments: [],
    get(_values, ctx) {
      const requestedSchema = z.object({ context: z.string() });
      const answer = acceptedContent(ctx.mcpReq.inputResponses, 'user_context', requestedSchema);
      if (answer !== undefined) return { messages: [says(`Context: ${answer.context}`)] };
      return inputRequired({
        inputRequests: { user_context: inputRequired.elicit({ message: 'What context should the prompt use?', requestedSchema }) },
      });
    },
  },
};

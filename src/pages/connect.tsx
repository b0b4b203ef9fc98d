import type { ComponentChildren, VNode } from 'preact';
import { ButtonLink } from './components/actions.tsx';
import { Snippet } from './components/data.tsx';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools } from './page.ts';

/** GET /connect: this server's address and what to do with it, client by client. Open to anyone: it holds no secret. */
export function createConnectRoutes({ deps, messages, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/connect',
      access: 'anyone',
      async handle(page) {
        const body = <ConnectPage messages={messages} mcpUrl={deps.identifiers.resource} />;
        return respond.owner(page, { title: messages.text('connect.title'), body });
      },
    },
  ];
}

/** Between the lines of one command in a shell. */
const NEXT_LINE = ' \\\n  ';

function ConnectPage({ messages, mcpUrl }: { messages: Messages; mcpUrl: string }): VNode {
  return (
    <>
      <h1>{messages.text('connect.title')}</h1>
      <p class="lead">{messages.text('connect.lead')}</p>
      <section class="panel" aria-labelledby="address">
        <h2 id="address">{messages.text('connect.address')}</h2>
        <Snippet text={mcpUrl} />
        <p class="hint">{messages.text('connect.addressHint')}</p>
        <p class="actions">
          <ButtonLink href="/connect/wait" kind="secondary">
            {messages.text('connect.wait')}
          </ButtonLink>
        </p>
      </section>
      <h2>{messages.text('connect.clients')}</h2>
      <div class="cards cards-wide">
        <ClientCards messages={messages} mcpUrl={mcpUrl} />
      </div>
      <h2>{messages.text('connect.trouble')}</h2>
      <ul>
        <li>{messages.text('connect.trouble1')}</li>
        <li>{messages.text('connect.trouble2')}</li>
        <li>{messages.rich('connect.trouble3', { link: <a href="/connections">{messages.text('nav.connections')}</a> })}</li>
        <li>{messages.text('connect.trouble4')}</li>
      </ul>
    </>
  );
}

function ClientCards({ messages, mcpUrl }: { messages: Messages; mcpUrl: string }): VNode {
  const serverConfig = JSON.stringify({ mcpServers: { resumes: { url: mcpUrl } } }, null, 2);
  const cursorConfig = Buffer.from(JSON.stringify({ url: mcpUrl })).toString('base64');
  const cursorLink = `cursor://anysphere.cursor-deeplink/mcp/install?${new URLSearchParams({ name: 'resumes', config: cursorConfig })}`;
  const vscodeConfig = JSON.stringify({ name: 'resumes', type: 'http', url: mcpUrl });
  const service = {
    client_name: 'n8n',
    redirect_uris: ['https://n8n.example.org/rest/oauth2-credential/callback'],
    token_endpoint_auth_method: 'client_secret_post',
  };
  const registration = [
    `curl ${new URL('/register', mcpUrl)}`,
    '-H "content-type: application/json"',
    `-d '${JSON.stringify(service)}'`,
  ].join(NEXT_LINE);
  const toolCall = [
    `curl ${mcpUrl}`,
    '-H "x-api-key: KEY"',
    '-H "content-type: application/json"',
    '-H "accept: application/json, text/event-stream"',
    `-d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_resumes","arguments":{}}}'`,
  ].join(NEXT_LINE);
  return (
    <>
      <ClientCard name={messages.text('connect.claudeName')} steps={messages.text('connect.claude')} />
      <ClientCard name="Claude Code" steps={messages.text('connect.claudeCode')}>
        <Snippet text={`claude mcp add --transport http resumes ${mcpUrl}`} />
        <p>{messages.text('connect.claudeCodeKey')}</p>
        <Snippet text={`claude mcp add --transport http resumes ${mcpUrl} --header "x-api-key: KEY"`} />
      </ClientCard>
      <ClientCard name="ChatGPT" steps={messages.text('connect.chatgpt')} />
      <ClientCard name="VS Code" steps={messages.text('connect.vscode')}>
        <p>
          <a href={`vscode:mcp/install?${encodeURIComponent(vscodeConfig)}`}>{messages.text('connect.vscodeLink')}</a>
        </p>
        <Snippet text={`code --add-mcp '${vscodeConfig}'`} />
      </ClientCard>
      <ClientCard name="Cursor" steps={messages.text('connect.cursor')}>
        <p>
          <a href={cursorLink}>{messages.text('connect.cursorLink')}</a>
        </p>
        <Snippet text={serverConfig} />
      </ClientCard>
      <ClientCard name="Codex" steps={messages.text('connect.codex')}>
        <Snippet text={`codex mcp add resumes --url ${mcpUrl}\ncodex mcp login resumes`} />
      </ClientCard>
      <ClientCard name="Gemini CLI" steps={messages.text('connect.gemini')}>
        <Snippet text={`gemini mcp add --transport http resumes ${mcpUrl}`} />
      </ClientCard>
      <ClientCard name="MCP Inspector" steps={messages.text('connect.inspector')}>
        <Snippet text="npx @modelcontextprotocol/inspector" />
        <p>{messages.text('connect.inspectorKey')}</p>
        <Snippet
          text={`npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --header "x-api-key: KEY" --method tools/list`}
        />
      </ClientCard>
      <ClientCard name={messages.text('connect.stdio')} steps={messages.text('connect.stdioLead')}>
        <Snippet text={`npx mcp-remote ${mcpUrl}`} />
        <p>{messages.text('connect.stdioKey')}</p>
        <Snippet text={`npx mcp-remote ${mcpUrl} --header "x-api-key:KEY"`} />
      </ClientCard>
      <ClientCard name={messages.text('connect.services')} steps={messages.text('connect.servicesLead')}>
        <Snippet text={registration} />
        <p>{messages.text('connect.servicesThen')}</p>
      </ClientCard>
      <ClientCard name={messages.text('connect.script')} steps={messages.text('connect.scriptLead')}>
        <Snippet text={toolCall} />
      </ClientCard>
    </>
  );
}

function ClientCard({ name, steps, children }: { name: string; steps: string; children?: ComponentChildren }): VNode {
  return (
    <section class="card">
      <h3>{name}</h3>
      <p>{steps}</p>
      {children}
    </section>
  );
}

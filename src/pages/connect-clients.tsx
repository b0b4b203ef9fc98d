import type { ComponentChildren, VNode } from 'preact';
import { isLoopbackHostname } from '../env/loopback.ts';
import { ButtonLink } from './components/actions.tsx';
import { Snippet } from './components/data.tsx';
import type { Messages } from './messages.ts';

interface ClientCardsProps {
  readonly messages: Messages;
  readonly mcpUrl: string;
  readonly issuer: string;
}

/** Between the lines of one command in a shell. */
const NEXT_LINE = ' \\\n  ';

/** A card for each app, with the server's own address in it: what to press, what to paste, what to run. */
export function ClientCards({ messages, mcpUrl, issuer }: ClientCardsProps): VNode {
  const links = buildInstallLinks(mcpUrl);
  const card = (name: string) => ({ messages, name });
  const isLocal = isLoopbackHostname(new URL(mcpUrl).hostname);
  const needsPublic = isLocal ? <p class="mark-warning">{messages.text('connect.notPublic')}</p> : null;
  return (
    <>
      <ClientCard
        {...card(messages.text('connect.claudeName'))}
        steps={messages.text('connect.claude')}
        text={mcpUrl}
        link={links.claude}
        linkName="Claude"
      >
        {needsPublic}
      </ClientCard>
      <ClientCard
        {...card('Claude Code')}
        steps={messages.text('connect.claudeCode')}
        text={`claude mcp add --transport http resumes ${mcpUrl}`}
        keySteps={messages.text('connect.claudeCodeKey')}
        keyText={`claude mcp add --transport http resumes ${mcpUrl} --header "x-api-key: KEY"`}
      />
      <ClientCard {...card('ChatGPT')} steps={messages.text('connect.chatgpt')} text={mcpUrl}>
        {needsPublic}
      </ClientCard>
      <ClientCard
        {...card('VS Code')}
        steps={messages.text('connect.vscode')}
        link={links.vscode}
        text={`code --add-mcp '${JSON.stringify(vscodeServer(mcpUrl))}'`}
      />
      <ClientCard
        {...card('Cursor')}
        steps={messages.text('connect.cursor')}
        link={links.cursor}
        text={JSON.stringify({ mcpServers: { resumes: { url: mcpUrl } } }, null, 2)}
      />
      <ClientCard
        {...card('Codex')}
        steps={messages.text('connect.codex')}
        text={`codex mcp add resumes --url ${mcpUrl}\ncodex mcp login resumes`}
      />
      <ClientCard
        {...card('Gemini CLI')}
        steps={messages.text('connect.gemini')}
        text={`gemini mcp add --transport http resumes ${mcpUrl}`}
      />
      <ClientCard
        {...card('GitHub Copilot CLI')}
        steps={messages.text('connect.copilot')}
        text={`copilot mcp add --transport http resumes ${mcpUrl}`}
      />
      <ClientCard {...card('Goose')} steps={messages.text('connect.goose')} link={links.goose} text={mcpUrl} />
      <ClientCard
        {...card('MCP Inspector')}
        steps={messages.text('connect.inspector')}
        text="npx @modelcontextprotocol/inspector"
        keySteps={messages.text('connect.inspectorKey')}
        keyText={`npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --header "x-api-key: KEY" --method tools/list`}
      />
      <ClientCard
        {...card(messages.text('connect.stdio'))}
        steps={messages.text('connect.stdioLead')}
        text={`npx mcp-remote ${mcpUrl}`}
        keySteps={messages.text('connect.stdioKey')}
        keyText={`npx mcp-remote ${mcpUrl} --header "x-api-key:KEY"`}
      />
      <ClientCard
        {...card(messages.text('connect.services'))}
        steps={messages.text('connect.servicesLead')}
        text={buildRegistration(issuer)}
      >
        <p>{messages.text('connect.servicesThen')}</p>
      </ClientCard>
      <ClientCard {...card(messages.text('connect.script'))} steps={messages.text('connect.scriptLead')} text={buildToolCall(mcpUrl)} />
    </>
  );
}

interface ClientCardProps {
  readonly messages: Messages;
  readonly name: string;
  readonly steps: string;
  /** What to paste or to run. */
  readonly text: string;
  /** Opens the app with the server filled in. */
  readonly link?: string;
  /** The app by a short name. */
  readonly linkName?: string;
  /** The same without a browser, by an API key. */
  readonly keySteps?: string;
  readonly keyText?: string;
  readonly children?: ComponentChildren;
}

function ClientCard({ messages, name, steps, text, link, linkName = name, keySteps, keyText, children }: ClientCardProps): VNode {
  return (
    <section class="card">
      <h3>{name}</h3>
      {link === undefined ? null : (
        <p>
          <ButtonLink href={link} kind="secondary">
            {messages.text('connect.addTo', { app: linkName })}
          </ButtonLink>
        </p>
      )}
      <p>{steps}</p>
      <Snippet messages={messages} text={text} what={name} />
      {keySteps === undefined || keyText === undefined ? null : (
        <>
          <p>{keySteps}</p>
          <Snippet messages={messages} text={keyText} what={`${name}, x-api-key`} />
        </>
      )}
      {children}
    </section>
  );
}

const vscodeServer = (mcpUrl: string) => ({ name: 'resumes', type: 'http', url: mcpUrl });

/** Addresses that open an app, or its page, to add the server: each as its makers document it, or as its users share it. */
function buildInstallLinks(mcpUrl: string): Readonly<Record<'claude' | 'vscode' | 'cursor' | 'goose', string>> {
  const cursorConfig = Buffer.from(JSON.stringify({ url: mcpUrl })).toString('base64');
  const goose = { type: 'streamable_http', url: mcpUrl, id: 'resumes', name: 'resumes' };
  const claude = { modal: 'add-custom-connector', connectorName: 'resumes', connectorUrl: mcpUrl };
  return {
    claude: `https://claude.ai/customize/connectors?${new URLSearchParams(claude)}`,
    vscode: `vscode:mcp/install?${encodeURIComponent(JSON.stringify(vscodeServer(mcpUrl)))}`,
    cursor: `cursor://anysphere.cursor-deeplink/mcp/install?${new URLSearchParams({ name: 'resumes', config: cursorConfig })}`,
    goose: `goose://extension?${new URLSearchParams(goose)}`,
  };
}

function buildRegistration(issuer: string): string {
  const service = {
    client_name: 'n8n',
    redirect_uris: ['https://n8n.example.org/rest/oauth2-credential/callback'],
    token_endpoint_auth_method: 'client_secret_post',
  };
  return [`curl ${issuer}/register`, '-H "content-type: application/json"', `-d '${JSON.stringify(service)}'`].join(NEXT_LINE);
}

function buildToolCall(mcpUrl: string): string {
  return [
    `curl ${mcpUrl}`,
    '-H "x-api-key: KEY"',
    '-H "content-type: application/json"',
    '-H "accept: application/json, text/event-stream"',
    `-d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_resumes","arguments":{}}}'`,
  ].join(NEXT_LINE);
}

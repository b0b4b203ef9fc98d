import { parser } from '@prometheus-io/lezer-promql';

/** What a query asks of one metric. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface ParsedQuery {
  readonly selectors: readonly Selector[];
  /** Labels that it groups by or aggregates away. */
  readonly grouping: readonly string[];
}

/** Parses a query by Prometheus's own grammar. @throws SyntaxError where it does not parse */
export function parseQuery(text: string): ParsedQuery {
  const selectors: { metric: string; matchers: { label: string; operator: string; value: string }[] }[] = [];
  const grouping: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const here = text.slice(node.from, node.to);
      if (node.type.isError) throw new SyntaxError(`PromQL at ${node.from}: ${text}`);
      if (node.name === 'VectorSelector') selectors.push({ metric: '', matchers: [] });
      const current = selectors.at(-1);
      if (node.name === 'Identifier' && current?.metric === '') current.metric = here;
      if (node.name === 'UnquotedLabelMatcher') {
        const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(here) ?? [];
        current?.matchers.push({ label, operator, value });
      }
      if (node.name === 'LabelName' && node.node.parent?.name === 'GroupingLabels') grouping.push(here);
    },
  });
  return { selectors, grouping };
}

export interface Citations {
  /** Requirement ids and where they are cited, as `path:line`. */
  readonly proved: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with a citation, one line each. */
  readonly problems: readonly string[];
}

const MARK = /^\s*\/\/ proves (.*)$/;
const ID_LIST = /^[a-z-]+:[a-z0-9-]+(?:, [a-z-]+:[a-z0-9-]+)*$/;
const TEST = /^\s*(?:it|describe)\b/;
const NEVER_RUN = /^\s*(?:it|describe)\.(?:skip|todo)\b/;

/**
 * Finds every `// proves area:rule, area:rule` in test files. It has to stand in the comment right above a test that runs.
 *
 * @param files path to text
 * @param known every requirement id
 */
export function findCitations(files: Readonly<Record<string, string>>, known: ReadonlySet<string>): Citations {
  const proved = new Map<string, string[]>();
  const problems: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      const list = MARK.exec(line)?.[1];
      if (list === undefined) continue;
      const place = `${path}:${index + 1}`;
      const next = lines.slice(index + 1).find((each) => !/^\s*\/\//.test(each)) ?? '';
      if (!TEST.test(next) || NEVER_RUN.test(next)) problems.push(`${place} stands above no test that runs`);
      if (!ID_LIST.test(list)) problems.push(`${place} is no list of requirement ids: ${list}`);
      for (const id of list.split(', ')) {
        if (!known.has(id)) problems.push(`${place} cites an unknown requirement: ${id}`);
        proved.set(id, [...(proved.get(id) ?? []), place]);
      }
    }
  }
  return { proved, problems };
}

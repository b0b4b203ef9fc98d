import { readFile } from 'node:fs/promises';

/** Settings that may stand in a file, named by the setting with `_FILE` behind it, as containers and systemd hand secrets over. */
export const FILE_SETTINGS = ['AUTH_SECRET', 'DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN'] as const;

type Settings = Readonly<Record<string, string | undefined>>;

type SecretFilesResult = { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads what stands in files into the settings, before `parseEnv` checks them.
 *
 * @param settings environment variables by name; an empty value counts as unset
 * @returns the same with each `NAME_FILE` replaced by `NAME`, without the line ends behind the value; or every problem at once.
 * A problem names the file and never what stands in it.
 * Not checked: who else may read the file.
 */
export async function readSecretFiles(settings: Settings): Promise<SecretFilesResult> {
  const read: Record<string, string | undefined> = { ...settings };
  const problems: string[] = [];
  for (const name of FILE_SETTINGS) {
    const path = settings[`${name}_FILE`] ?? '';
    if (path === '') continue;
    delete read[`${name}_FILE`];
    if ((settings[name] ?? '') !== '') {
      problems.push(`${name} and ${name}_FILE are both set: leave one away`);
      continue;
    }
    try {
      read[name] = (await readFile(path, 'utf8')).replace(/[\r\n]+$/, '');
      if (read[name] === '') problems.push(`${name}_FILE ${path} is empty`);
    } catch (error) {
      problems.push(
        `${name}_FILE ${path} can't be read: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
      );
    }
  }
  return problems.length === 0 ? { ok: true, settings: read } : { ok: false, problems };
}

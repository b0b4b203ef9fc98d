import type { Database } from '../db/client.ts';
import { renderChangeLines } from './change-lines.ts';
import { diffJson, type Change } from './diff.ts';
import { readResume } from './reads.ts';
import { SETTING_NAMES, splitChanges, toVersionedJson, type SettingName } from './versioned-state.ts';
import { readVersion } from './versions.ts';
import type { ResumeAccess } from './visibility.ts';

export interface Comparison {
  readonly from: number;
  readonly to: number;
  /** For people, a line for each change. */
  readonly lines: readonly string[];
  /** Of the document, as a JSON Patch. */
  readonly changes: readonly Change[];
  readonly settings: readonly { readonly name: SettingName; readonly before: unknown; readonly after: unknown }[];
}

/** @param to left out: the resume as it is now @throws ResumeError `resume_not_found`, `version_not_found` */
export async function compareVersions(
  db: Database,
  access: ResumeAccess,
  id: string,
  { from, to }: { readonly from: number; readonly to?: number | undefined },
): Promise<Comparison> {
  const current = to === undefined ? await readResume(db, access, id) : null;
  const [before, after] = [await readVersion(db, access, id, from), current ?? (await readVersion(db, access, id, to ?? 0))];
  const [old, next] = [toVersionedJson(before), toVersionedJson(after)];
  const changes = diffJson(old, next);
  const { document, settings } = splitChanges(changes);
  return {
    from,
    to: current?.revision ?? to ?? 0,
    lines: [
      ...SETTING_NAMES.filter((name) => settings.includes(name)).map(
        (name) => `Changed ${name}: ${JSON.stringify(old[name])} → ${JSON.stringify(next[name])}`,
      ),
      ...renderChangeLines(old['data'] ?? null, document),
    ],
    changes: document,
    settings: settings.map((name) => ({ name, before: old[name], after: next[name] })),
  };
}

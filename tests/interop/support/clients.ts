import { readdirSync } from 'node:fs';
import type { ClientProfile } from './profile.ts';

const FOLDER = new URL('../clients/', import.meta.url);

/** Every way in which any client connects, by the files of `clients/` in the order of their names. */
export async function loadLives(): Promise<readonly ClientProfile[]> {
  const lives: ClientProfile[] = [];
  for (const file of readdirSync(FOLDER).toSorted()) {
    const client = (await import(new URL(file, FOLDER).href)) as { readonly lives: readonly ClientProfile[] };
    lives.push(...client.lives);
  }
  return lives;
}

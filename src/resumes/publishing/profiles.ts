import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { user } from '../../db/schema/auth.ts';
import { profile } from '../../db/schema/publishing.ts';
import { isUniqueViolation } from '../../db/key-violations.ts';
import { SLUG_PATTERN, toDistinctSlug, toSlug } from '../slug.ts';

export const MIN_USERNAME_CHARACTERS = 3;
export const MAX_USERNAME_CHARACTERS = 40;

export async function readUsername(db: Database, userId: string): Promise<string | null> {
  const [row] = await db.orm.select({ username: profile.username }).from(profile).where(eq(profile.userId, userId));
  return row?.username ?? null;
}

/** Gives a person a user name made from their name, unless they have one. @returns the one they have then */
export async function ensureUsername(db: Database, userId: string, at: Date): Promise<string> {
  const found = await readUsername(db, userId);
  if (found !== null) return found;
  const [person] = await db.orm.select({ name: user.name }).from(user).where(eq(user.id, userId));
  const plain = toSlug(person?.name ?? '')
    .slice(0, MAX_USERNAME_CHARACTERS)
    .replace(/-$/, '');
  const distinct = toDistinctSlug(plain.slice(0, MAX_USERNAME_CHARACTERS - 9), userId);
  for (const username of isUsername(plain) && plain !== 'resume' ? [plain, distinct] : [distinct]) {
    await db.orm.insert(profile).values({ userId, username, createdAt: at }).onConflictDoNothing();
    const made = await readUsername(db, userId);
    if (made !== null) return made;
  }
  throw new Error('no user name is free');
}

/** Old addresses of the person's resumes end to work. */
export async function chooseUsername(db: Database, userId: string, username: string, at: Date): Promise<'chosen' | 'taken' | 'invalid'> {
  if (!isUsername(username)) return 'invalid';
  try {
    await db.orm
      .insert(profile)
      .values({ userId, username, createdAt: at })
      .onConflictDoUpdate({ target: profile.userId, set: { username } });
    return 'chosen';
  } catch (error) {
    if (isUniqueViolation(error, 'profile_username')) return 'taken';
    throw error;
  }
}

function isUsername(username: string): boolean {
  return username.length >= MIN_USERNAME_CHARACTERS && username.length <= MAX_USERNAME_CHARACTERS && SLUG_PATTERN.test(username);
}

import type { Where } from 'better-auth';

/** The part of the library's adapter that is needed here. */
interface Deleting {
  deleteMany(deletion: { model: string; where: Where[] }): Promise<number>;
}

/** Deletes what names a person without a foreign key, and so would outlive them: API keys, and links, codes and ceremonies under way. */
export async function deleteLeftBehind(adapter: Deleting | undefined, userId: string): Promise<void> {
  await adapter?.deleteMany({ model: 'apikey', where: [{ field: 'referenceId', value: userId }] });
  const names = (field: string) => ({ field, operator: 'contains', value: userId, connector: 'OR' }) as const;
  await adapter?.deleteMany({ model: 'verification', where: [names('value'), names('identifier')] });
}

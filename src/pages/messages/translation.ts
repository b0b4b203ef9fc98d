/** A part of the texts in another language than English: every key of it, nothing else. */
export type Translation<English> = Readonly<Record<keyof English, string>>;

/** A member of {@link OrderedLinks}; null links are the list's to set. */
export interface Linked<T> {
  earlier: T | null;
  later: T | null;
}

/**
 * Members in the order in which they came, for many that come and go. A `Set` would do but for the memory: when it has been rehashed its old table
 * still points to the new one. As soon as one such table has grown old, all that was in the tables after it lives until the next collection of
 * everything: for the takers of connections that was half of all requests, with all that hangs on them. A member that is removed here points to nobody.
 */
export class OrderedLinks<T extends Linked<T>> {
  #first: T | null = null;
  #last: T | null = null;

  get first(): T | null {
    return this.#first;
  }

  add(member: T): void {
    member.earlier = this.#last;
    if (this.#last === null) this.#first = member;
    else this.#last.later = member;
    this.#last = member;
  }

  /** Does nothing for one that was removed already. */
  remove(member: T): void {
    const { earlier, later } = member;
    if (earlier === null && this.#first !== member) return;
    if (earlier === null) this.#first = later;
    else earlier.later = later;
    if (later === null) this.#last = earlier;
    else later.earlier = earlier;
    member.earlier = null;
    member.later = null;
  }

  /** All that are there now; they may be removed meanwhile. */
  list(): T[] {
    const members: T[] = [];
    for (let member = this.#first; member !== null; member = member.later) members.push(member);
    return members;
  }
}

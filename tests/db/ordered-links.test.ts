import { describe, expect, it } from 'vitest';
import { OrderedLinks, type Linked } from '../../src/db/ordered-links.ts';

interface Named extends Linked<Named> {
  readonly name: string;
}

const named = (name: string): Named => ({ name, earlier: null, later: null });

function fill(...names: readonly string[]) {
  const links = new OrderedLinks<Named>();
  const members = names.map(named);
  for (const member of members) links.add(member);
  return { links, members, list: () => links.list().map(({ name }) => name) };
}

describe('ordered links', () => {
  it('list their members in the order in which they came', () => {
    const { links, list } = fill('a', 'b', 'c');
    expect(list()).toEqual(['a', 'b', 'c']);
    expect(links.first?.name).toBe('a');
    expect(new OrderedLinks<Named>().first).toBeNull();
  });

  it.each([
    ['a', ['b', 'c']],
    ['b', ['a', 'c']],
    ['c', ['a', 'b']],
  ])('go on without %s, who points to nobody then', (gone, left) => {
    const { links, members, list } = fill('a', 'b', 'c');
    const member = members.find(({ name }) => name === gone) ?? named(gone);
    links.remove(member);
    links.remove(member);
    expect(list()).toEqual(left);
    expect(member).toEqual({ name: gone, earlier: null, later: null });
    links.add(named('d'));
    expect(list()).toEqual([...left, 'd']);
  });

  it('are empty after the only member has gone, and take it again', () => {
    const { links, members, list } = fill('a');
    const [only] = members;
    links.remove(only ?? named('a'));
    expect([list(), links.first]).toEqual([[], null]);
    links.add(only ?? named('a'));
    expect(list()).toEqual(['a']);
  });

  it('do nothing for somebody who was never there', () => {
    const { links, list } = fill('a', 'b');
    links.remove(named('stranger'));
    expect(list()).toEqual(['a', 'b']);
  });
});

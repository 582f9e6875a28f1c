import type { List } from '../data/queries.ts';

/** Asks for the next page of a list, where there is one. */
export function MoreButton<Item>({ list }: { readonly list: List<Item> }) {
  if (!list.hasMore) return null;
  return (
    <div className="more">
      <button type="button" className="button" onClick={list.showMore}>
        Show more
      </button>
    </div>
  );
}

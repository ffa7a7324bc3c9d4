"""Lists that are paged by offset, read without a gap while they change.

Whatever leaves a list, or moves to its end, draws all that stood behind it forward, and across a page's edge: the next
page would begin behind somebody who was never read. So each page begins with the last one of the page before; where
somebody else stands there, the reading goes back as far as a page is long, and on from there. What comes in earlier
pushes others back, which does no harm: they are met twice, and told once.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#pagination
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from connectors.errors import Temporary

Json = dict[str, Any]

_PAGES_MAX = 1_000


def unbroken_pages(
    fetch: Callable[[int], Json], name: str, most: int, standing: Callable[[Json], Hashable]
) -> Iterator[list[Json]]:
    """The items of each page that were in none before it. `fetch` brings the page that begins at an offset: `total`,
    and up to `most` items under `name`; `standing` is what an item is known by where it stands, so that one that
    moved since is told again. Raises Temporary where the list changes faster than it can be read."""
    met: set[Hashable] = set()
    start = 0
    for _ in range(_PAGES_MAX):
        page = fetch(start)
        items = [dict(item) for item in page[name]]
        if start and not (items and standing(items[0]) in met):
            start = max(0, start - most)
            continue
        yield [item for item in items if standing(item) not in met]
        met.update(map(standing, items))
        end = start + len(items)
        if not items or end >= int(page["total"]):
            return
        # Of pages that hold one only there is no last one to begin with, and no second one.
        start = end - 1 if len(items) > 1 else end
    raise Temporary(f"a list in Jira did not end after {_PAGES_MAX} pages")

"""What was read of tickets before and cannot have changed, so that it is not asked for again.

Three things cost more than the first request for a ticket: a long thread of comments, a long history, and the
properties of our comments, which carry their markers. A thread is the same as long as the ticket's `updated` and the
number of its comments are, and those that came with it (of a server that tells neither the time alone is known); an
entry of a history never changes; nor does the property of a comment whose text and time are the same. Times alone would
not do: two edits may fall into one moment.

A process's own memory, bounded, and never the only copy of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.jira.edition import Json
from connectors.jira.kept import Kept

#: Tickets whose threads and histories are kept, and comments whose properties are.
_TICKETS_MAX, _COMMENTS_MAX = 1_000, 50_000


class ReadBefore:
    """The memory of one site's reader."""

    def __init__(self) -> None:
        self._threads: Kept[tuple[tuple[str, int, int], list[Json]]] = Kept(_TICKETS_MAX)
        self._histories: Kept[dict[str, Json]] = Kept(_TICKETS_MAX)
        self._properties: Kept[tuple[str, Any]] = Kept(_COMMENTS_MAX)

    # --- threads of comments --------------------------------------------------------------------

    def thread(self, issue: Json) -> list[Json] | None:
        """The comments of a ticket that came with a part of them; None where they may be others by now."""
        known = self._threads.get(str(issue["id"]))
        return known[1] if known and known[0] == _standing(issue) else None

    def keep_thread(self, issue: Json, comments: Sequence[Json]) -> None:
        """Remember all comments of a ticket, as they were when it was as `issue` shows it."""
        self._threads.put(str(issue["id"]), (_standing(issue), list(comments)))

    # --- histories ------------------------------------------------------------------------------

    def history(self, issue: Json) -> list[Json] | None:
        """The whole history of a ticket that came with its newest entries; None where some are missing between those
        and what was read before."""
        log = issue.get("changelog") or {}
        known = self._histories.get(str(issue["id"])) or {}
        together = known | {str(one["id"]): one for one in log.get("histories") or ()}
        return list(together.values()) if len(together) >= int(log.get("total") or 0) else None

    def keep_history(self, issue_id: str, histories: Iterable[Json]) -> None:
        self._histories.put(issue_id, {str(one["id"]): one for one in histories})

    # --- properties of comments -----------------------------------------------------------------

    def properties(self, comment: Json) -> tuple[bool, Any]:
        """Whether a comment's properties are known as of its last edit, and they."""
        known = self._properties.get(str(comment["id"]))
        if known is None or known[0] != _edited(comment):
            return False, None
        return True, known[1]

    def keep_properties(self, comments: Iterable[Json], found: Mapping[str, Any]) -> None:
        for comment in comments:
            self._properties.put(str(comment["id"]), (_edited(comment), found.get(str(comment["id"]))))


def _standing(issue: Json) -> tuple[str, int, int]:
    fields = issue["fields"]
    shown: Json = fields.get("comment") or {}
    return str(fields["updated"]), int(shown.get("total") or 0), hash(repr(shown.get("comments")))


def _edited(comment: Json) -> str:
    return f"{comment.get('updated') or comment['created']} {hash(repr(comment.get('body')))}"

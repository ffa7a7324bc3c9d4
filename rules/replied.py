"""Whether a comment's commands were replied to as they stand now, and when: what tells is our reply on the ticket.

A tracker says of an edited comment when it was edited, and not what it said before. Where we replied to these very
commands they stood there then, so that a later edit of the words around them takes nothing back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from rules.facts import Command, Ticket
from rules.keys import content_digest, said_token

#: The name in a mention changes when somebody renames themselves; the account does not.
_MENTION = re.compile(r"\[[^\[\]\n]{1,200}\](?=\(mention:)")

REPLY = "reply"


def written(commands: Iterable[Command]) -> str:
    """What a comment's commands say, wherever in it they stand: a digest that nothing but an edit changes."""
    lines = {" ".join(_MENTION.sub("", f"{one.name} {one.argument}").split()) for one in commands}
    return content_digest("\n".join(sorted(lines)))


def replied_at(ticket: Ticket, subject: str, commands: Iterable[Command]) -> dt.datetime | None:
    """When we first replied to a comment that holds these commands and no others. `subject` is the ticket's part in the
    case and the comment (`rules.replies.Reply`)."""
    anchor = written(commands)
    replies = ((c.at, c.marker) for c in ticket.comments if c.marker and c.marker.kind == REPLY)
    told = (at for at, it in replies if it.said == said_token(f"{it.case}/{subject}", anchor, (REPLY,), ""))
    return min(told, default=None)


def is_told_refused(ticket: Ticket, comment_id: str) -> bool:
    """Whether a reply stands there that refuses something in that comment, and does not say that it is settled."""
    extras = (c.marker.extra.split(":") for c in ticket.comments if c.marker and c.marker.kind == REPLY)
    return any(extra[1:] == [comment_id] for extra in extras)

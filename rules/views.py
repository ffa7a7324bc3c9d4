"""What templates see: plain values, named once, documented here and nowhere else.

Every text in here came from a ticket or the people file and is only ever data: `rules.templates` escapes
it on its way into Markdown. The exception is `Markdown`, which deciding composed itself (mentions, links).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class Markdown(str):
    """Text that is Markdown already, made by us from escaped parts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket in a sentence. `link` is a Markdown link, or plain words where the reader may not know more (P14).

    `owner` is a name or empty; `due` an ISO date or empty; `state` is `open`, `in progress` or `done`.
    """

    key: str
    title: str
    url: str
    link: Markdown
    owner: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class ThanksView:
    """Somebody and what for: `reported it`, `took ownership`, `finished …`."""

    who: str
    what_for: str


@dataclass(frozen=True, slots=True)
class TextView:
    """Everything a template can use, as top-level names of the same spelling.

    `ticket` is the ticket written on; `asked` names the people mentioned, `mentions` mentions them;
    `late` is how long past due in words (`3 business days`) or empty; `due` the rule's own due date (ISO);
    `phase` is `active`, `paused` or `closed`; `waiting` says in whole sentences what is awaited, of whom, by when;
    `item_text` is an action item's wording; `learned`, `happened`, `changed` are the lesson's parts as Markdown.
    """

    ticket: TicketView
    failure: TicketView
    post_mortem: TicketView | None
    actions: Sequence[TicketView]
    severity: int
    generation: int
    phase: str
    asked: Sequence[str] = ()
    mentions: Markdown = Markdown("")
    reporter: str = ""
    owner: str = ""
    due: str = ""
    late: str = ""
    item_text: str = ""
    waiting: Sequence[Markdown] = ()
    timeline: Sequence[str] = ()
    thanks: Sequence[ThanksView] = ()
    happened: Markdown = Markdown("")
    learned: Markdown = Markdown("")
    changed: Markdown = Markdown("")

"""What templates see: plain values, named once, documented here and nowhere else.

Every text in here came from a ticket or the people file and is only ever data: `rules.templates` escapes
it on its way into Markdown. The exception is `Markdown`, which deciding composed itself (mentions, links).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.variables import Variables


class Markdown(str):
    """Text that is Markdown already, made by us from escaped parts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket in a sentence. `link` is a Markdown link, or plain words such as `internal post-mortem` where the reader
    may not know more; `key`, `title`, `url` and `owner` are empty then (P14).

    `owner` is a name or empty; `due` an ISO date or empty; `state` is `open` or `in progress`, else how it ended:
    `done`, `declined`, `merged`, `not planned` or `duplicate`; `note` is what there is to add to that, or empty.
    """

    key: str
    title: str
    url: str
    link: Markdown
    owner: str
    due: str
    state: str
    note: Markdown = Markdown("")


@dataclass(frozen=True, slots=True)
class ThanksView:
    """Somebody and everything that they are thanked for: `reported it, took ownership and finished “…”`."""

    who: str
    what_for: str


@dataclass(frozen=True, slots=True)
class LookView:
    """A quiet look back: its `day` (ISO), so long `after` the case was let go (`30 days`), whether the failure's own
    ticket was open then (`is_open`), and the actions that were."""

    day: str
    after: str
    is_open: bool
    reopened: Sequence[TicketView]


@dataclass(frozen=True, slots=True)
class EarlierView:
    """An earlier time that this failure happened: which one it was, the day on which that case was let go (ISO), its
    post-mortem, those of its actions that are still open, and how many `ended` other than done (`1 declined`)."""

    number: int
    let_go: str
    post_mortem: TicketView | None
    still_open: Sequence[TicketView]
    ended: str = ""


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply to a comment with a command. `writer` and `approvers` mention people, or are empty; `proposer` names who
    gave the command. `remarks` say in whole sentences what could not be done, `awaits` what a command waits for;
    `plan_grew` that actions were added since the `/approve` in it, `is_mendable` that other words in the comment would
    mend one of the `remarks`."""

    writer: Markdown
    remarks: Sequence[Markdown]
    asks_help: bool
    asks_case: bool
    asks_approval: bool
    approvers: Markdown
    proposer: str
    awaits: Sequence[Markdown] = ()
    plan_grew: bool = False
    is_mendable: bool = False


@dataclass(frozen=True, slots=True)
class SnoozeView:
    """A snooze that lasts: `until` which day (ISO), `by` whom and for what `reason`, both empty where not everybody who
    reads the ticket may know."""

    until: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeclineView:
    """An action that was declined: `by` whom, `approved_by` whom and `approved_on` which day (ISO). Names are empty
    where not everybody who reads the ticket may know."""

    by: str
    approved_by: str
    approved_on: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The review of a post-mortem as it is proposed: when it begins (`at`), and by when the draft is shared, each in
    words with its zone (`Fri 2026-11-27, 11:00 Europe/Berlin`), whether it `is_moved`, and whether that moment has
    passed (`is_over`)."""

    at: str
    draft_by: str
    is_moved: bool
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class WordingView:
    """A few words of a post-mortem that blame a person, and the question to ask instead."""

    found: str
    question: str


@dataclass(frozen=True, slots=True)
class NewsView:
    """One line of a digest. `what` is `first word`, `open failure`, `post-mortem` or `action`; `link` leads to its
    ticket, `title` is that ticket's; `day` (ISO) is since when it is stuck, or when it was finished, learned or had to
    wait. `roles` are those with whom it waits (`owner and lead`), `how` is how it ended, `lesson` how what was learned
    begins.
    """

    what: str
    link: Markdown
    title: str
    day: str
    roles: str
    how: str
    lesson: str


@dataclass(frozen=True, slots=True)
class DigestView:
    """A week as one reader may know of it: which `week` (ISO 8601), `since` which day (ISO), what is told line by line,
    and of each how many more there are."""

    week: str
    since: str
    stuck: Sequence[NewsView]
    finished: Sequence[NewsView]
    learned: Sequence[NewsView]
    waited: Sequence[NewsView]
    more_stuck: int
    more_finished: int
    more_learned: int
    more_waited: int


@dataclass(frozen=True, slots=True)
class TextView:
    """Everything a template can use, as top-level names of the same spelling.

    `ticket` is the ticket written on; `asked` names the people mentioned, `mentions` mentions them, and `asked_before`
    says whether a ladder has asked somebody there before;
    `unknown_owner` is how an action item names an owner whom nobody knows, `given_to` whom its ticket is assigned to
    instead, both empty elsewhere; `labelled_on` is the day (ISO) on which the failure label was put on last; `late` is
    how long past due in words (`3 business days`) or empty; `rested_until` is the day (ISO) on which a snooze
    ended that this is counted from, `answered_on` that of the answer after whose quiet it is said, `unmoved_since` that
    of the last progress on what has no due date, each or empty; `due` the rule's own due date (ISO);
    `ended` counts the actions that ended other than done (`1 declined, 2 merged`) or is empty; `approved_on` is the
    day (ISO) on which the plan was approved, `approved_by` names by whom where everybody may know, or both are empty;
    `snooze` is there while the ticket is snoozed, `decline` where it is an action that was declined; `closed_as` is how
    the failure was closed; `reply` is there in a reply alone, `digest` in a digest; `open_questions`, `review` and
    `wording` are there in texts on a post-mortem alone; `phase` is `active`, `paused`, `closed` or `cancelled`;
    `waiting` says in whole sentences what is awaited, of whom, by when;
    `timeline` is the failure's history in lines, `earlier` the times that it happened before; `looks` are the looks
    back since the case was let go; `item_text` is an action item's wording; `learned`, `happened`, `changed` are the
    lesson's parts as Markdown; `severity_wanted` are the labels of which one would say how grave the failure is, empty
    where one does; `is_adopted` says that people made the ticket that is written on; `rival` is another
    post-mortem that they linked, in texts on the post-mortem alone; `left_out` is how many action items were written
    down beyond those that get a ticket; `vars` are the policy's variables.
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
    left_out: int = 0
    reply: ReplyView | None = None
    ended: str = ""
    approved_by: str = ""
    approved_on: str = ""
    snooze: SnoozeView | None = None
    decline: DeclineView | None = None
    closed_as: str = ""
    timeline: Sequence[str] = ()
    earlier: Sequence[EarlierView] = ()
    looks: Sequence[LookView] = ()
    thanks: Sequence[ThanksView] = ()
    happened: Markdown = Markdown("")
    learned: Markdown = Markdown("")
    changed: Markdown = Markdown("")
    digest: DigestView | None = None
    open_questions: Sequence[str] = ()
    review: ReviewView | None = None
    wording: WordingView | None = None
    is_adopted: bool = False
    rival: TicketView | None = None
    severity_wanted: Sequence[str] = ()
    rested_until: str = ""
    answered_on: str = ""
    unmoved_since: str = ""
    asked_before: bool = True
    labelled_on: str = ""
    unknown_owner: str = ""
    given_to: str = ""
    vars: Variables = Variables()

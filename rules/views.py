"""What templates see: plain values, named once, each with what it is, here and nowhere else.

The documentation of templates is made from these annotations (`rules.language.reference`).

Every text in here came from a ticket or the people file and is only ever data: `rules.templates` escapes
it on its way into Markdown. The exception is `Markdown`, which deciding composed itself (mentions, links).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from rules.variables import Variables


class Markdown(str):
    """Text that is Markdown already, made by us from escaped parts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket in a sentence. `key`, `title`, `url` and `owner` are empty where the reader may not know more (P14)."""

    key: Annotated[str, "`acme/shop#7`, `OPS-12`"]
    title: Annotated[str, "its title"]
    url: Annotated[str, "its address"]
    link: Annotated[Markdown, "a link to it, or plain words where the reader may not know more"]
    owner: Annotated[str, "who owns it, by name, or empty"]
    due: Annotated[str, "the day on which it is due (ISO), or empty"]
    state: Annotated[str, "`open`, `in progress`, `done`, `declined`, `merged`, `not planned` or `duplicate`"]
    note: Annotated[Markdown, "what more there is to say of its state, or empty"] = Markdown("")


@dataclass(frozen=True, slots=True)
class ThanksView:
    """Somebody and everything that they are thanked for: `reported it, took ownership and finished “…”`."""

    who: Annotated[str, "somebody's name"]
    what_for: Annotated[str, "everything that they had a part in"]


@dataclass(frozen=True, slots=True)
class LookView:
    """A quiet look back at a case that was let go."""

    day: Annotated[str, "when it was looked"]
    after: Annotated[str, "how long after the case was let go"]
    is_open: Annotated[bool, "whether the failure's ticket was open then"]
    reopened: Annotated[Sequence[TicketView], "the actions that were"]


@dataclass(frozen=True, slots=True)
class EarlierView:
    """An earlier time that this failure happened."""

    number: Annotated[int, "the first time is 1"]
    let_go: Annotated[str, "the day on which that case was let go"]
    post_mortem: Annotated[TicketView | None, "its post-mortem, or nothing"]
    still_open: Annotated[Sequence[TicketView], "its actions that are open now"]
    ended: Annotated[str, "how many of them ended other than done: `1 declined, 2 merged`, or empty"] = ""


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply to a comment with a command."""

    writer: Annotated[Markdown, "a mention of who gave the command, or empty"]
    remarks: Annotated[Sequence[Markdown], "whole sentences: what could not be done"]
    asks_help: Annotated[bool, "whether `/help` was asked for"]
    asks_case: Annotated[bool, "whether `/case` was"]
    asks_approval: Annotated[bool, "whether a `/decline` waits for approval"]
    approvers: Annotated[Markdown, "mentions of who may approve it, or empty"]
    proposer: Annotated[str, "who gave the command"]
    awaits: Annotated[Sequence[Markdown], "whole sentences: what a command that stands still waits for"] = ()
    plan_grew: Annotated[bool, "whether actions were added to the plan since the `/approve` in it"] = False
    is_mendable: Annotated[bool, "whether other words in the comment would mend one of the `remarks`"] = False


@dataclass(frozen=True, slots=True)
class SnoozeView:
    """A snooze that lasts."""

    until: Annotated[str, "the day on which it ends (ISO)"]
    by: Annotated[str, "who snoozed it, or empty where not everybody may know"]
    reason: Annotated[str, "why, or empty where not everybody may know"]


@dataclass(frozen=True, slots=True)
class DeclineView:
    """An action that was declined."""

    by: Annotated[str, "who declined it, or empty where not everybody may know"]
    approved_by: Annotated[str, "who approved that, or empty where not everybody may know"]
    approved_on: Annotated[str, "the day on which that was approved (ISO)"]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The review of a post-mortem as it is proposed."""

    at: Annotated[str, "when it begins, with the calendar's zone: `Fri 2026-11-27, 11:00 Europe/Berlin`"]
    draft_by: Annotated[str, "by when the draft is shared"]
    is_moved: Annotated[bool, "whether a due date moved it"]
    is_over: Annotated[bool, "whether that moment has passed"] = False


@dataclass(frozen=True, slots=True)
class WordingView:
    """A few words of a post-mortem that blame a person, and the question to ask instead."""

    found: Annotated[str, "a few words, as they stand in the text"]
    question: Annotated[str, "a question about conditions instead"]


@dataclass(frozen=True, slots=True)
class NewsView:
    """One line of a digest."""

    what: Annotated[str, "`first word`, `open failure`, `post-mortem` or `action`"]
    link: Annotated[Markdown, "a link to its ticket"]
    title: Annotated[str, "that ticket's title"]
    day: Annotated[str, "since when it is stuck, or when it was finished, learned or had to wait"]
    roles: Annotated[str, "with whom it waits, as roles"]
    how: Annotated[str, "how it ended: `done`, `declined` and so on"]
    lesson: Annotated[str, "how the lesson begins, in plain words, or empty"]


@dataclass(frozen=True, slots=True)
class DigestView:
    """A week as one reader may know of it, told line by line, and of each part how many more lines there are."""

    week: Annotated[str, "such as `2026-W47`"]
    since: Annotated[str, "the day of the digest before, from which on it tells"]
    stuck: Annotated[Sequence[NewsView], "what stands still, line by line"]
    finished: Annotated[Sequence[NewsView], "what ended"]
    learned: Annotated[Sequence[NewsView], "cases that were let go with their lesson"]
    waited: Annotated[Sequence[NewsView], "what was asked for a day later than meant, or of fewer people"]
    more_stuck: Annotated[int, "how many more stand still than there are lines"]
    more_finished: Annotated[int, "how many more ended than there are lines"]
    more_learned: Annotated[int, "how many more were learned from than there are lines"]
    more_waited: Annotated[int, "how many more had to wait than there are lines"]


@dataclass(frozen=True, slots=True)
class TextView:
    """Everything a template can use, as top-level names of the same spelling."""

    ticket: Annotated[TicketView, "the ticket written on"]
    failure: Annotated[TicketView, "the failure's ticket"]
    post_mortem: Annotated[TicketView | None, "the post-mortem's, or nothing"]
    actions: Annotated[Sequence[TicketView], "the actions' tickets, in the order in which they were opened"]
    severity: Annotated[int, "a number, 1 being the gravest"]
    generation: Annotated[int, "how many times this has happened"]
    phase: Annotated[str, "`active`, `paused`, `closed` or `cancelled`"]
    asked: Annotated[Sequence[str], "names of the people who are asked"] = ()
    mentions: Annotated[Markdown, "mentions of them; in a private message their name"] = Markdown("")
    reporter: Annotated[str, "who reported the failure"] = ""
    owner: Annotated[str, "who owns what the text is about"] = ""
    due: Annotated[str, "the date by which what is opened is due, else the ticket's (ISO)"] = ""
    late: Annotated[
        str,
        "how long past due, or after the failure label, at the least, in words, or empty: the time of the rung that "
        "speaks, which may speak later",
    ] = ""
    item_text: Annotated[str, "an action item's wording"] = ""
    waiting: Annotated[Sequence[Markdown], "whole sentences: what is awaited, of whom, by when"] = ()
    left_out: Annotated[int, "how many action items were written down beyond those that get a ticket"] = 0
    reply: Annotated[ReplyView | None, "what a comment with a command is replied to, in a reply alone"] = None
    ended: Annotated[str, "how many actions ended other than done, in words, or empty"] = ""
    approved_by: Annotated[str, "who approved the plan, or empty, also where not everybody may know"] = ""
    approved_on: Annotated[str, "on which day the plan was approved (ISO), or empty"] = ""
    snooze: Annotated[SnoozeView | None, "the snooze of the ticket, while it lasts"] = None
    decline: Annotated[DeclineView | None, "how an action was declined, where it was"] = None
    closed_as: Annotated[str, "how the failure was closed"] = ""
    timeline: Annotated[Sequence[str], "the failure's history, line by line"] = ()
    earlier: Annotated[
        Sequence[EarlierView], "the times that it happened before, each with what is still open of it"
    ] = ()
    looks: Annotated[Sequence[LookView], "the looks back since the case was let go"] = ()
    thanks: Annotated[Sequence[ThanksView], "who is thanked and what for"] = ()
    happened: Annotated[
        Markdown, "the post-mortem's section “What happened”, with [roles in place of names](operations.md#lessons)"
    ] = Markdown("")
    learned: Annotated[Markdown, "its section “What we learned”, likewise"] = Markdown("")
    changed: Annotated[Markdown, "links to the actions"] = Markdown("")
    digest: Annotated[DigestView | None, "the week as its reader may know it, in a digest alone"] = None
    open_questions: Annotated[
        Sequence[str], "the `systemic_questions` that stand unanswered, in a text on an open post-mortem alone"
    ] = ()
    review: Annotated[ReviewView | None, "the review as it is proposed, in a text about the post-mortem alone"] = None
    wording: Annotated[
        WordingView | None, "words that blame somebody, and what to ask instead, in a text on the post-mortem alone"
    ] = None
    is_adopted: Annotated[
        bool, "whether people made the ticket that is written on, and the case took it for its own"
    ] = False
    rival: Annotated[
        TicketView | None,
        "another post-mortem that people linked to the failure, in a text on an open post-mortem alone",
    ] = None
    severity_wanted: Annotated[
        Sequence[str], "the labels of which one would say how grave it is; empty where one does"
    ] = ()
    rested_until: Annotated[str, "the day on which a snooze ended that this is counted from, or empty"] = ""
    answered_on: Annotated[str, "the day of the answer after whose quiet it is said, or empty"] = ""
    unmoved_since: Annotated[str, "the day of the last progress on what has no due date, or empty"] = ""
    asked_before: Annotated[bool, "whether a ladder has asked somebody on the ticket before"] = True
    labelled_on: Annotated[str, "the day on which the failure label was put on last"] = ""
    unknown_owner: Annotated[
        str, "how an action item names an owner whom nobody knows, when its ticket is opened; else empty"
    ] = ""
    given_to: Annotated[str, "whom a ticket that is opened is assigned to, or empty"] = ""
    vars: Annotated[Variables, "the policy's [variables](#variables), as `vars.patience`"] = Variables()

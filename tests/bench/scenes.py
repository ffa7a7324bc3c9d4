"""A case from label to closed, scene by scene, and the fewest requests that could do it, by these rules:

* A look reads the tickets of a case once, in the fewest requests that the tracker allows. On GitHub one for all of them
  (fields, comments, history, edits, who reads the repository: GraphQL, up to twenty issues at once, and one more for
  each further hundred of the longest thread; nobody talks so much here). In Jira Cloud one for all of them, and one
  more for the markers of all the comments that we wrote or edited there since. On Data Center one for all, and one
  for each ticket that we wrote comments on since.
* Everything said, opened, assigned or edited is one write, and so is a link, where the tracker has one: GitHub
  keeps no link to a Jira issue, and Jira keeps one to GitHub; an issue on GitHub has one parent, and further links
  stand in our words. What an answer to a write has told is not read again.
* A text that is kept true (status, plan) is edited once for what has happened together.
* What stays the same for a while (who we are, somebody's rights, an organisation's fields on GitHub) was asked before,
  or is counted where it is first needed. A label that a repository lacks is made once, in its colour. Who reads a
  place is asked once more before something is said where it may be read by others (P14), which Jira is never asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from rules.refs import TicketRef
from tests.bench.driven import Driven
from tests.bench.layouts import Layout

FAILURE, MORTEM, ACTION = "failure", "post-mortem", "action"
_COMMENTED = ("status", "plan", "ask", "overdue", "unapproved", "thanks", "lesson")


@dataclass(frozen=True)
class Scene:
    """Something that people do, or that time does.

    `standing` are the tickets that there are when it happens; `writes` is what answers it, as `what` on which ticket.
    `rights` of so many people are asked for. With `readers` it is asked what was long not asked: who reads the places,
    before something is said elsewhere, and which fields an organisation on GitHub has.
    """

    name: str
    act: Callable[[Driven], object]
    standing: tuple[str, ...]
    writes: tuple[tuple[str, str], ...]
    rights: int = 0
    readers: bool = False

    def least_writes(self, layout: Layout) -> int:
        """The fewest writes that answer it."""
        labels = sum(_new_labels(layout, role) for what, role in self.writes if what == "open")
        return labels + len([one for one in self.writes if not _is_second_parent(layout, one)])

    def least_reads(self, layout: Layout, before: Scene | None) -> int:
        """The fewest reads, where `before` was the scene before it."""
        wrote_on = {role for what, role in (before.writes if before else ()) if what in _COMMENTED}
        is_in_one_place = len({layout.tracker_of(role) for role in (FAILURE, MORTEM, ACTION)}) == 1
        is_on_github = layout.failures[0].tracker == "github"
        makes_labels = any(_new_labels(layout, role) > 1 for what, role in self.writes if what == "open")
        reads = self.rights + (self.readers and not is_in_one_place) + (self.readers and is_on_github) + makes_labels
        for tracker in {layout.tracker_of(role) for role in self.standing}:
            new = [role for role in wrote_on if layout.tracker_of(role) == tracker]
            reads += 1 + (_markers(layout, len(new)) if tracker == "jira" else 0)
        return reads


def _new_labels(layout: Layout, role: str) -> int:
    """Labels that its repository lacks when the ticket is opened: the role's, and for the first of ours, ours."""
    if layout.tracker_of(role) != "github":
        return 0
    return 1 if role == ACTION and layout.tracker_of(MORTEM) == "github" else 2


def _markers(layout: Layout, tickets: int) -> int:
    """Requests for the markers of new comments on so many tickets in Jira."""
    return tickets if layout.edition == "data-center" else min(tickets, 1)


def _is_second_parent(layout: Layout, write: tuple[str, str]) -> bool:
    return write == ("second link", ACTION) and layout.tracker_of(MORTEM) == layout.tracker_of(ACTION) == "github"


def _for_each(role: str, act: Callable[[Driven, TicketRef], object]) -> Callable[[Driven], object]:
    return lambda it: [act(it, ref) for ref in it.refs(role)]


def _report(it: Driven, cases: int) -> None:
    for number in range(cases):
        owner = it.owners[number % len(it.owners)]
        it.report(owner, it.layout.failures[0], f"Checkout is down ({number + 1})", "failure", "sev2")


def _end_all(it: Driven) -> None:
    for role, person in ((ACTION, "ben"), (FAILURE, "ada")):
        for ref in it.refs(role):
            it.end(person, ref)


def scenes(cases: int = 1) -> tuple[Scene, ...]:
    """From label to closed, so many cases at once; what is least is that of one."""
    return (
        Scene(
            "ada's failure gets its label",
            lambda it: _report(it, cases),
            (FAILURE,),
            (
                ("open", MORTEM),
                ("link", MORTEM),
                ("status", FAILURE),
                ("status", MORTEM),
                ("ask", FAILURE),
            ),
            readers=True,
        ),
        Scene(
            "ada speaks up (/ack)",
            _for_each(FAILURE, lambda it, ref: it.say("ada", ref, "/ack We roll back. Next update at noon.")),
            (FAILURE, MORTEM),
            (("status", FAILURE),),
            rights=1,
        ),
        Scene(
            "ben plans one action (/action)",
            _for_each(FAILURE, lambda it, ref: it.say("ben", ref, "/action Alert when the payment queue grows")),
            (FAILURE, MORTEM),
            (
                ("open", ACTION),
                ("link", ACTION),
                ("second link", ACTION),
                ("plan", FAILURE),
                ("status", FAILURE),
                ("status", MORTEM),
            ),
            rights=1,
        ),
        Scene(
            "the post-mortem is closed",
            _for_each(MORTEM, lambda it, ref: it.end("ada", ref)),
            (FAILURE, MORTEM, ACTION),
            (("status", FAILURE), ("status", MORTEM)),
        ),
        Scene(
            "the action is overdue and escalates once",
            lambda it: it.pass_time(dt.timedelta(days=31)),
            (FAILURE, MORTEM, ACTION),
            (("overdue", ACTION), ("unapproved", MORTEM)),
            rights=2,
            readers=True,
        ),
        Scene(
            "action and failure are closed",
            _end_all,
            (FAILURE, MORTEM, ACTION),
            (("status", FAILURE), ("status", MORTEM), ("plan", FAILURE)),
        ),
        Scene(
            "two quiet days: thanks, lesson, the end",
            lambda it: it.pass_time(dt.timedelta(days=2)),
            (FAILURE, MORTEM, ACTION),
            (("thanks", FAILURE), ("lesson", FAILURE), ("status", FAILURE)),
            rights=2,
            readers=True,
        ),
    )

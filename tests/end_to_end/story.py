"""One failure from the label to the lesson, told once for every direction: what people do, and what stands then.

Nothing in here knows which tracker anything is on: people act on the failure, the post-mortem and the actions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rules.refs import TicketRef
from tests.end_to_end.office import POLL_EVERY, Office

RUNBOOK = "Write a runbook for the catalogue database"
ALARM = "Alert when the payment queue grows beyond one minute"
_ITEMS = f"## Action items\n\n- [ ] {ALARM}\n- [x] Roll back\n"
#: Comments that ask somebody for something.
_RUNGS = ("ask", "ask-again", "reminder", "overdue")


def at(text: str) -> dt.datetime:
    """`10-07 09:00` of 2026, UTC. The eighth of September is a Tuesday."""
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)


Act = Callable[["Story"], object]


class Story:
    """The failure `Checkout is down` at an office, and what belongs to it."""

    failure: TicketRef

    def __init__(self, office: Office) -> None:
        self.office = office

    @property
    def mortem(self) -> TicketRef:
        (mortem,) = self.office.opened("post-mortem")
        return mortem

    @property
    def runbook(self) -> TicketRef:
        return self._action(RUNBOOK)

    @property
    def alarm(self) -> TicketRef:
        return self._action(ALARM)

    @property
    def tickets(self) -> dict[str, TicketRef]:
        return {"failure": self.failure, "mortem": self.mortem, "runbook": self.runbook, "alarm": self.alarm}

    def live(self, between: Act = lambda _: None, also: Sequence[tuple[str, Act]] = ()) -> None:
        """Everything that people do, each at its time, and what happens `also`; `between` is called before each but
        the first."""
        for number, (when, act) in enumerate(sorted((*ACTS, *also), key=lambda one: one[0])):
            self.office.pass_until(at(when))
            if number:
                between(self)
            act(self)
            self.office.hear()
        self.office.pass_until(at(END))

    def _action(self, title: str) -> TicketRef:
        (action,) = (ref for ref in self.office.opened("action") if self.office.ticket(ref).title == title)
        return action


def _reports(story: Story) -> None:
    place = story.office.direction.failure
    story.failure = story.office.report("ben", place, "Checkout is down", "Every card payment answers 502.")


def _labels(story: Story) -> None:
    story.office.label("grace", story.failure, "failure", "sev2")
    story.office.assign("grace", story.failure, "ada")


def _ends(story: Story) -> None:
    story.office.close("ben", story.runbook)
    story.office.close("ada", story.failure)


#: What people do, and when.
ACTS: tuple[tuple[str, Act], ...] = (
    ("09-08 09:12", _reports),
    ("09-08 09:20", _labels),
    ("09-08 10:00", lambda s: s.office.comment("ada", s.failure, "/ack We are rolling back.")),
    ("09-08 10:30", lambda s: s.office.comment("ben", s.failure, f"Never again.\n\n/action {RUNBOOK}")),
    ("09-08 11:00", lambda s: s.office.write("ada", s.mortem, _ITEMS)),
    ("09-08 13:00", lambda s: s.office.assign("grace", s.runbook, "ben")),
    ("09-10 10:00", lambda s: s.office.close("ada", s.mortem)),
    ("09-11 10:00", lambda s: s.office.close("ada", s.alarm)),
    ("10-15 10:00", lambda s: s.office.comment("kim", s.runbook, "bump")),
    ("10-21 11:30", lambda s: s.office.comment("ben", s.runbook, "Waiting for access; more next week.")),
    ("10-27 10:00", _ends),
)
END = "12-18 12:00"


@dataclass(frozen=True, order=True)
class Rung:
    """One time that somebody was asked for something: when, on which ticket, with which kind of comment, who."""

    at: dt.datetime
    ticket: str
    kind: str
    asked: tuple[str, ...]


#: The runbook is due on Thursday 8 October at 17:00, which is Friday at 09:00 in working time.
RUNGS = (
    Rung(at("09-08 09:20"), "failure", "ask", ("ada",)),
    Rung(at("10-07 09:00"), "runbook", "reminder", ("ben",)),
    Rung(at("10-09 09:00"), "runbook", "overdue", ("ben",)),
    Rung(at("10-14 09:00"), "runbook", "overdue", ("ben", "grace")),
    Rung(at("10-20 09:00"), "runbook", "overdue", ("mel",)),
    Rung(at("10-26 11:30"), "runbook", "overdue", ("ben",)),
)
#: Comments besides those, by ticket.
STANDING = {
    "failure": ["lesson", "plan", "status", "thanks"],
    "mortem": ["status", "unapproved"],
    "runbook": [],
    "alarm": [],
}
#: The same where nobody stands above the owner: nobody is there who could be asked to approve the plan.
STANDING_ALONE = STANDING | {"mortem": ["status"]}


def rungs(story: Story) -> list[Rung]:
    """Who was asked for what, to the minute; what was heard by polling alone is told as of when it happened."""
    office, found = story.office, []
    for name, ref in story.tickets.items():
        for comment, marker in office.ours(ref):
            if marker.kind in _RUNGS:
                heard_after = POLL_EVERY if office.is_polling and marker.kind == "ask" else dt.timedelta(0)
                moment = (comment.created_at - heard_after).replace(second=0)
                found.append(Rung(moment, name, marker.kind, office.asked(ref, comment)))
    return sorted(found)


def standing(story: Story) -> dict[str, list[str]]:
    """Kinds of our other comments, by ticket."""
    return {
        name: sorted(marker.kind for _, marker in story.office.ours(ref) if marker.kind not in _RUNGS)
        for name, ref in story.tickets.items()
    }


def dead_ends(story: Story) -> list[tuple[str, str]]:
    """Pairs of tickets of which the first shows no way to the second: everything hangs on failure and post-mortem."""
    tickets = story.tickets
    hubs = ("failure", "mortem")
    pairs = [(a, b) for a in tickets for b in tickets if a != b and (a in hubs or b in hubs)]
    return [(a, b) for a, b in pairs if not story.office.leads_to(tickets[a], tickets[b])]

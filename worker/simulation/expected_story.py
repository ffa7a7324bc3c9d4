"""One ticket as it was at any moment, read from the state that a tracker ends with.

Plain lists, searched from the front, since a reader should be able to follow them with a finger. What
people deleted or overwrote has left no trace in that state: a comment that was edited says only that
what it said before is not known. Nothing in here knows a rule.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from connectors.markers import NAME
from connectors.sandbox.world import CommentState, HistoryEntry, Site, TicketState
from connectors.tracker import TWIN_LABEL
from rules.facts import Marker
from worker.simulation.expected_moment import Moment
from worker.simulation.expected_setting import Setting

STANDING_KINDS = ("status", "plan")
#: Comments of ours that ask nobody for anything, so that what people write after them answers nothing.
ASKING_NOTHING = (*STANDING_KINDS, "reply", "wording")
_PROGRESS = ("status", "closed", "reopened", "assigned", "unassigned", "due", "referenced", "described")
_COMMAND = re.compile(r" {0,3}/([a-z-]+)(?:\s+(.*?))?\s*$")
_UNTICKED = re.compile(r"\s*[-*+] \[ \] (.+?)\s*$")
_SNOOZE = re.compile(r"(\d+) ?(?:d|day|days)\b.*\bbecause\b", re.IGNORECASE)
_MENTION = re.compile(r"\]\(mention:([^)]+)\)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d$")
#: A day on which something is due, and what set it.
_DueDay = tuple[dt.date, str]


@dataclass(frozen=True)
class Said:
    """One comment. `is_known_since`: since when it reads as it does now; before its edit it read otherwise. `asked` is
    whom it mentions first."""

    id: int
    at: dt.datetime
    author: str
    body: str
    marker: Marker | None
    is_ours: bool
    is_person: bool
    has_rights: bool
    is_known_since: dt.datetime
    commands: tuple[tuple[str, str], ...]
    mentions: frozenset[str]
    asked: str = ""

    @property
    def kind(self) -> str:
        return self.marker.kind if self.marker else ""

    @property
    def case(self) -> str:
        return self.marker.case if self.marker else ""


class Story:
    """One ticket from its opening to the end of the history."""

    def __init__(self, site: Site, ticket: TicketState, setting: Setting) -> None:
        self._setting = setting
        self._robots = {a.account for a in site.accounts.values() if a.is_bot} | {setting.ours}
        self.site = site.name
        self.place = ticket.container
        self.has_due_field = site.kind == "jira"
        self.uid = str(ticket.uid)
        self.key = ticket.key
        self.title = ticket.title
        self.body = str(ticket.body or "")
        self.reporter = ticket.reporter
        self.created_at = ticket.created_at
        self.due_on = ticket.due_on
        self.is_ours = ticket.reporter == setting.ours
        self.marker = setting.codec.read(ticket.properties.get(NAME, "")) if self.is_ours else None
        self.is_twin = TWIN_LABEL in ticket.labels
        self.is_neutralised = self.is_twin and ticket.category == "done"
        self.history: list[HistoryEntry] = sorted(ticket.history, key=lambda entry: (entry.at, entry.id))
        self.comments = sorted((self._said(c) for c in ticket.comments), key=lambda said: (said.at, said.id))
        self.assigned = self._assignments()
        self.progress = [
            Moment(entry.at, f"progress {entry.id}")
            for entry in self.history
            if entry.kind in _PROGRESS and self.is_person(entry.actor)
        ]

    def is_person(self, account: str) -> bool:
        return account not in self._robots

    # --- as it was at a moment --------------------------------------------------------------------

    def is_open_at(self, moment: dt.datetime) -> bool:
        is_open = True
        for entry in self.history:
            if entry.at > moment:
                break
            if entry.kind in ("closed", "reopened"):
                is_open = entry.kind == "reopened"
        return is_open

    def labels_at(self, moment: dt.datetime) -> set[str]:
        labels: set[str] = set()
        for entry in self.history:
            if entry.at > moment:
                break
            if entry.kind == "labelled":
                labels.add(entry.new)
            elif entry.kind == "unlabelled":
                labels.discard(entry.old)
        return labels

    def assignees_at(self, moment: dt.datetime) -> tuple[str, ...]:
        assignees: tuple[str, ...] = ()
        for at, accounts in self.assigned:
            if at > moment:
                break
            assignees = accounts
        return assignees

    def owners_between(self, begins: dt.datetime, ends: dt.datetime) -> set[str]:
        """Everybody who was assigned at some moment of a period; "" where nobody was."""
        moments = [begins, *(at for at, _ in self.assigned if begins < at <= ends)]
        owners: set[str] = set()
        for moment in moments:
            owners.update(self.assignees_at(moment) or ("",))
        return owners

    def owner_at(self, moment: dt.datetime) -> str:
        """The first person among the assignees; "" where there is none."""
        return next((account for account in self.assignees_at(moment) if self.is_person(account)), "")

    def due_at(self, moment: dt.datetime) -> Moment | None:
        """When the ticket was due as people had set it by then: at the end of that day, as its owner works."""
        day = self._due_day(moment)
        hours = self._setting.files_at(moment).company.hours_of(self.owner_at(moment))
        return Moment(hours.closing(day[0]), day[1]) if day else None

    def due_day_at(self, moment: dt.datetime) -> dt.date | None:
        day = self._due_day(moment)
        return day[0] if day else None

    def due_said_at(self, moment: dt.datetime) -> dt.datetime | None:
        """Since when it was due then, where somebody said so after the opening."""
        commanded, moved = self._due_command_at(moment), self._due_moved_at(moment)
        said = [at for at in (commanded and commanded[0], moved and moved.at) if at]
        return max(said, default=None)

    def snoozes(self) -> list[tuple[dt.datetime, Moment]]:
        """Each snooze: when it was said, and its end."""
        found = []
        for said in self.comments:
            for name, argument in said.commands:
                match = _SNOOZE.match(argument) if name == "snooze" and self.obeys(said) else None
                if match:
                    ends = said.at + dt.timedelta(days=int(match[1]))
                    found.append((said.at, Moment(ends, f"snooze {said.id}")))
        return found

    def is_snoozed_at(self, moment: dt.datetime) -> bool:
        return any(said_at <= moment < end.at for said_at, end in self.snoozes())

    def first_sight(self, case: str) -> dt.datetime | None:
        """When we first wrote here for this case: our first comment, or the opening where the ticket is ours."""
        if self.is_ours:
            return self.created_at
        return next((said.at for said in self.comments if said.is_ours and said.case == case), None)

    def is_blurred_at(self, moment: dt.datetime) -> bool:
        """Whether some person's comment read otherwise then, so that the facts of that moment are not known."""
        return any(said.is_person and said.at <= moment < said.is_known_since for said in self.comments)

    def obeys(self, said: Said) -> bool:
        """Whether commands in this comment count."""
        return said.is_person and said.has_rights

    def items(self) -> list[str]:
        """Texts of the unticked lines of check lists in the body as it stands."""
        matches = [_UNTICKED.match(line) for line in plain_lines(self.body)]
        return [match[1] for match in matches if match]

    def last_edit(self) -> dt.datetime:
        edits = [entry.at for entry in self.history if entry.kind == "described"]
        return max([self.created_at, *edits])

    # --- inside -----------------------------------------------------------------------------------

    def _said(self, comment: CommentState) -> Said:
        ours = comment.author == self._setting.ours
        body = str(comment.body or "")
        return Said(
            id=comment.id,
            at=comment.created_at,
            author=comment.author,
            body=body,
            marker=self._setting.codec.read(comment.properties.get(NAME, "")) if ours else None,
            is_ours=ours,
            is_person=self.is_person(comment.author),
            has_rights=comment.author in self._setting.people_with_rights,
            is_known_since=comment.updated_at,
            commands=() if ours else tuple(command_lines(body)),
            mentions=frozenset(_MENTION.findall(body)),
            asked=next(iter(_MENTION.findall(body)), ""),
        )

    def _assignments(self) -> list[tuple[dt.datetime, tuple[str, ...]]]:
        accounts: tuple[str, ...] = ()
        found = []
        for entry in self.history:
            if entry.kind == "assigned":
                accounts = (*accounts, entry.new)
            elif entry.kind == "unassigned":
                accounts = tuple(account for account in accounts if account != entry.old)
            else:
                continue
            found.append((entry.at, accounts))
        return found

    def _due_day(self, moment: dt.datetime) -> _DueDay | None:
        """The later of command and field, else our marker."""
        commanded, moved = self._due_command_at(moment), self._due_moved_at(moment)
        if commanded and (moved is None or commanded[0] >= moved.at):
            return commanded[1]
        if moved:
            day = _day(moved.new)
            return (day, f"due {moved.id}") if day else None
        return self._due_at_opening() or self._due_in_marker()

    def _due_command_at(self, moment: dt.datetime) -> tuple[dt.datetime, _DueDay] | None:
        """The last `/due` by then: when it was said, and what it set."""
        found: tuple[dt.datetime, _DueDay] | None = None
        for said in self.comments:
            if said.at > moment:
                break
            for name, argument in said.commands:
                day = _day(argument) if name == "due" and self.obeys(said) else None
                if day:
                    found = said.at, (day, f"due {said.id}")
        return found

    def _due_moved_at(self, moment: dt.datetime) -> HistoryEntry | None:
        """The last time by then that anybody but us moved the field: what we write there is what a command said."""
        moves = [e for e in self.history if e.kind == "due" and e.at <= moment and e.actor != self._setting.ours]
        return moves[-1] if self.has_due_field and moves else None

    def _due_at_opening(self) -> _DueDay | None:
        changes = [entry for entry in self.history if entry.kind == "due"]
        # A due date given at the opening has no history of its own: the first change tells what it was.
        day = _day(changes[0].old if changes else str(self.due_on or "")) if self.has_due_field else None
        return (day, "due at opening") if day else None

    def _due_in_marker(self) -> _DueDay | None:
        day = _day(self.marker.extra.rpartition(":")[2]) if self.marker else None
        return (day, "due in marker") if day else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DATE.match(text) else None
    except ValueError:
        return None  # such as 2026-02-30: it has the form of a day and is none


def command_lines(body: str) -> list[tuple[str, str]]:
    """Name and argument of each command, those in code and quotes left out."""
    matches = [_COMMAND.match(line) for line in plain_lines(body)]
    return [(match[1], match[2] or "") for match in matches if match]


def plain_lines(body: str) -> list[str]:
    """The lines of a text that are neither quoted nor within a code fence."""
    lines = []
    is_code = False
    for line in body.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            is_code = not is_code
        elif not is_code and not line.lstrip().startswith(">"):
            lines.append(line)
    return lines

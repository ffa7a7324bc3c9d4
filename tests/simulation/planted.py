"""Bugs to be planted in the simulator: each is a broken part in place of a real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import Refused
from connectors.one_by_one import fetched_one_by_one
from connectors.tracker import Found, Tracker
from rules.decide import decide
from rules.decision import Decision
from rules.effects import Say, WriteFile
from rules.facts import Actor, Audience, Case, Change, ChangeKind, Ticket
from rules.keys import content_digest
from rules.policy import Policy
from rules.quiet_hours import NEVER_QUIET
from rules.refs import Place, TicketRef
from worker.ledger.cases import Cases
from worker.ledger.database import Ledger, open_memory_ledger
from worker.ledger.digests import DigestRow, Digests
from worker.private_channel import PrivateChannel
from worker.simulation.processes import Parts


class _Broken:
    """A tracker that passes everything on; what is broken is overridden."""

    def __init__(self, real: Tracker) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        return self._real.fetch_ticket(ref)

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        return fetched_one_by_one(self.fetch_ticket, refs)


class _WithoutMarkers(_Broken):
    """Reads no marker back, as if none had been written."""

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        ticket = self._real.fetch_ticket(ref)
        comments = tuple(replace(comment, marker=None) for comment in ticket.comments)
        return replace(ticket, marker=None, comments=comments)

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        return tuple(replace(found, marker=None) for found in self._real.labelled(place, label))


class _WithoutReadBack(_Broken):
    """After an ambiguous answer it is simply sent again."""

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        return ()

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        return ()


class _ClockedByUpdatedAt(_Broken):
    """Takes the ticket's last update for progress, whoever it came from."""

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        ticket = self._real.fetch_ticket(ref)
        moved = Change("updated", ticket.updated_at, Actor("somebody", "Somebody"), ChangeKind.REFERENCED)
        return replace(ticket, changes=(*ticket.changes, moved))


class _NoLeases(Cases):
    """Everybody may have every case."""

    def lease(self, root: str, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
        super().lease(root, owner, now, until)
        return True

    def renew(self, root: str, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
        return True


def _ledger_without_leases() -> Ledger:
    ledger = open_memory_ledger()
    ledger.cases = _NoLeases(ledger.engine)
    return ledger


def _decide_without_anchors(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """Keys say who is asked what, but not since when: the second pass of a ladder looks like the first."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(map(_without_anchor, decision.effects)))


def _without_anchor(effect: Any) -> Any:
    if not isinstance(effect, Say):
        return effect
    key = content_digest(f"{effect.case} {effect.ticket} {effect.rule} {effect.text} {effect.mentions}")
    return replace(effect, key=key, said=key)


def _decide_with_paths_of_the_day(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """A file is kept under another key and at another path each day."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(_filed_under(effect, f"{now:%m%d}") for effect in decision.effects))


def _filed_under(effect: Any, day: str) -> Any:
    if not isinstance(effect, WriteFile):
        return effect
    return replace(effect, key=content_digest(f"{effect.key} {day}"), path=effect.path.replace("-", f"-{day}-"))


def _decide_for_everybody(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """Takes no heed of who may read a lesson."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(map(_for_everybody, decision.effects)))


def _for_everybody(effect: Any) -> Any:
    return replace(effect, audience=Audience.PUBLIC) if isinstance(effect, WriteFile) else effect


def _decide_at_any_hour(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """What came due while nothing ran is asked whenever it runs again."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(replace(effect, in_hours=False) for effect in decision.effects))


def _decide_while_people_are_away(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """Knows of nobody's absence."""
    people = {one: replace(person, away=()) for one, person in policy.people.people.items()}
    return decide(replace(policy, people=replace(policy.people, people=people)), case, now)


def _decide_in_one_time(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """Everybody works when the policy does."""
    everybody = policy.people
    people = {one: replace(person, calendar=None) for one, person in everybody.people.items()}
    teams = {one: replace(team, calendar=None) for one, team in everybody.teams.items()}
    return decide(replace(policy, people=replace(everybody, people=people, teams=teams)), case, now)


def _decide_loudly(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """No hour is quiet."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(replace(effect, quiet_hours=NEVER_QUIET) for effect in decision.effects))


def _decide_for_each_policy(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """What another policy said does not count."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(_said_under(effect, policy.name) for effect in decision.effects))


def _said_under(effect: Any, policy: str) -> Any:
    if not isinstance(effect, Say):
        return effect
    return replace(effect, key=content_digest(f"{effect.key} {policy}"), said=content_digest(f"{effect.said} {policy}"))


def _decide_without_counting(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """Counts nobody as mentioned."""
    decision = decide(policy, case, now)
    return replace(decision, effects=tuple(map(_uncounted, decision.effects)))


def _uncounted(effect: Any) -> Any:
    return replace(effect, mentions=(), ways=()) if isinstance(effect, Say) else effect


class _PostsTwice:
    """After an answer that it does not trust it simply writes again."""

    def __init__(self, real: PrivateChannel) -> None:
        self._real = real

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        for _ in range(2):
            self._real.send_privately(addresses, title, body, calendar)


class _NoMemoryOfDigests(Digests):
    """Whoever asks on another day whether a digest was sent already hears that it was not."""

    def get(self, key: str) -> DigestRow | None:
        return None

    def claim(self, key: str, week: str, now: dt.datetime) -> bool:
        return super().claim(f"{key}-{now:%j}", week, now)


def _ledger_without_digests() -> Ledger:
    ledger = open_memory_ledger()
    ledger.digests = _NoMemoryOfDigests(ledger.engine)
    return ledger


PLANTED: dict[str, Callable[[], Parts]] = {
    "drops the marker": lambda: Parts(wrap_tracker=_as_tracker(_WithoutMarkers)),
    "skips the read-back": lambda: Parts(wrap_tracker=_as_tracker(_WithoutReadBack)),
    "uses updated_at as the clock": lambda: Parts(wrap_tracker=_as_tracker(_ClockedByUpdatedAt)),
    "forgets the lease": lambda: Parts(make_ledger=_ledger_without_leases),
    "keys without the anchor": lambda: Parts(decide=_decide_without_anchors),
    "asks in the night": lambda: Parts(decide=_decide_at_any_hour),
    "asks who is away": lambda: Parts(decide=_decide_while_people_are_away),
    "has one time for everybody": lambda: Parts(decide=_decide_in_one_time),
    "disturbs in quiet hours": lambda: Parts(decide=_decide_loudly),
    "says again what another policy said": lambda: Parts(decide=_decide_for_each_policy),
    "counts no mentions": lambda: Parts(decide=_decide_without_counting),
    "files a lesson anew each day": lambda: Parts(decide=_decide_with_paths_of_the_day),
    "files lessons where more people read": lambda: Parts(decide=_decide_for_everybody),
    "writes private letters again": lambda: Parts(wrap_channel=_PostsTwice),
    "forgets what digests were sent": lambda: Parts(make_ledger=_ledger_without_digests),
}


def _as_tracker(broken: type[_Broken]) -> Callable[[Tracker], Tracker]:
    return broken  # type: ignore[return-value]

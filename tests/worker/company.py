"""A small company in one process: a repository, the people who work there, and Aftermath under a clock that we drive.

Everything that decides and writes is the real code, on the in-memory tracker. Whatever happens in the repository is
heard of at once, as by webhooks; `settle` lets Aftermath work until it has nothing more to do now, and `pass_time`
lets days go by, waking it when it wants to be woken.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from connectors.errors import TrackerError
from connectors.markers import NAME, MarkerCodec
from connectors.memory.letterbox import Letterbox
from connectors.memory.tracker import MemoryTracker
from connectors.patience import PatientTracker
from connectors.sandbox.world import CommentState, Happening, TicketState, World
from connectors.write_limits import WriteLimits
from rules.facts import Marker
from rules.language.policy_file import load_policy, pack_path
from rules.policy import Limits, Policy, Routing
from rules.refs import Place, TicketRef
from tests.rules.cases import PEOPLE
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.plan import Plan
from worker.polling import hinted
from worker.rebuild import Rebuilt, rebuild
from worker.reconcile import Reconciler
from worker.scheduling import Scheduler
from worker.steps import NoWatcher
from worker.write_budget import WriteBudget

OURS, ANN, LEA, MO, BOB, ROBOT = "aftermath-bot", "ann", "lea", "mo", "bob", "robot"
SHOP = Place("github", "acme/shop")
HOME = "acme"
CODEC = MarkerCodec(HOME, b"a secret of the tests")
PACK = load_policy(pack_path("accountability"), people=PEOPLE, routing=Routing(watched=(SHOP,)))
#: No piece of work here takes more rounds; one that does goes round in circles.
_ROUNDS_MAX = 400

T = TypeVar("T")


def at(text: str) -> dt.datetime:
    """`03-02 09:00` of 2026, UTC. The second of March is a Monday."""
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)


class Weather:
    """The network between us and the tracker: `when` maps a kind of request to the error it meets."""

    def __init__(self) -> None:
        self.when: dict[str, TrackerError] = {}
        self.answer_lost = False
        #: Requests that were given up and lie on the way still, where `comes_late`.
        self.comes_late = False
        self.late: list[Callable[[], object]] = []
        self.calls: Counter[str] = Counter()

    def call(self, what: str, is_write: bool, request: Callable[[], T]) -> T:
        self.calls[what] += 1
        error = self.when.get(what)
        if error is None:
            return request()
        if self.answer_lost:
            request()
        if self.comes_late:
            self.late.append(request)
        raise error


class Company:
    """The repository `acme/shop`. Bob may read and comment there, and has no rights beyond that."""

    def __init__(
        self,
        *,
        policy: Policy = PACK,
        limits: Limits | None = None,
        begin: str = "03-02 09:00",
        make_ledger: Callable[[], Ledger] = open_memory_ledger,
        writes: WriteLimits | None = None,
    ) -> None:
        self.time = at(begin)
        self._make_ledger = make_ledger
        self._write_limits = {"github": writes} if writes else {}
        self.policy = replace(policy, limits=limits) if limits else policy
        self.world = World(lambda: self.time)
        self.site = self.world.add_site("github", "github")
        self.site.add_place(SHOP.container)
        for account in (OURS, ANN, LEA, MO):
            self.site.add_account(account, account.capitalize() if account != OURS else "Aftermath")
        self.site.add_account(BOB, "Bob", default_rights="read")
        self.site.add_account(ROBOT, "Robot", is_bot=True)
        self.weather = Weather()
        self.tracker = MemoryTracker(self.site, OURS, CODEC, self.weather, self.now)
        self.letterbox = Letterbox(self.weather, self.now)
        self.broken: set[TicketRef] = set()
        self._looks = 0
        self.site.listeners.append(self._heard)
        self.start_with(make_ledger())
        self.rebuild()

    def now(self) -> dt.datetime:
        return self.time

    # --- Aftermath ------------------------------------------------------------------------------

    def start_with(self, ledger: Ledger) -> None:
        """Aftermath anew, around that ledger."""
        self.ledger = ledger
        trackers = {"github": PatientTracker(self.tracker, ledger.patience, self.now)}
        self.reconciler = Reconciler(
            ledger=ledger,
            trackers=trackers,
            policy=lambda: self.policy,
            clock=self,
            watcher=NoWatcher(),
            installation=HOME,
            tokens=self._token,
            openings={},
            channel=self.letterbox,
            budget=WriteBudget(ledger.write_budgets, self._write_limits),
        )
        self.scheduler = Scheduler(ledger, self._look, self)

    def rebuild(self) -> Rebuilt:
        return rebuild(self.ledger, {"github": self.tracker}, self.policy, self._places(), self, HOME)

    def _places(self) -> list[Place]:
        """Those of the routing in force, as a configuration has them, so far as they are there."""
        routing = self.policy.routing
        named = (*routing.watched, routing.post_mortems, routing.actions)
        return [place for place in named if place and place.container in self.site.places]

    def lose_the_database(self) -> Rebuilt:
        """An empty one takes its place, and is rebuilt from the tracker."""
        self.ledger.close()
        self.start_with(self._make_ledger())
        return self.rebuild()

    def settle(self) -> None:
        """Let Aftermath work until nothing more is due now."""
        for _ in range(_ROUNDS_MAX):
            if not self.scheduler.tick():
                return
        raise AssertionError("Aftermath does not come to rest")

    def pass_time(self, until: str) -> None:
        """Let time go by; Aftermath is woken when it wants to be."""
        end = at(until)
        for _ in range(_ROUNDS_MAX):
            self.settle()
            wakes = [one for one in (self.ledger.cases.next_wake(), self.ledger.inbox.next_due()) if one]
            if not wakes or min(wakes) > end:
                self.time = end
                return
            self.time = max(self.time, min(wakes))
        raise AssertionError("Aftermath wakes up all the time")

    def plan(self, key: str = "acme/shop#1") -> Plan:
        """What a look at that failure would do now."""
        (root,) = self.ledger.cases.roots_of(TicketRef("github", key))
        plan = self.reconciler.planner.plan(root)
        assert plan
        return plan

    def _look(self, ref: TicketRef) -> None:
        """As the program does: what nobody foresaw is kept on the hint."""
        try:
            if ref in self.broken:
                raise RuntimeError("nobody foresaw this")
            self.reconciler.look_at(ref)
        except RuntimeError as error:
            self.ledger.inbox.postpone(ref, self.time + dt.timedelta(minutes=1), str(error))

    def _token(self) -> str:
        self._looks += 1
        return f"look-{self._looks}"

    def _heard(self, happening: Happening) -> None:
        ref = TicketRef("github", happening.ticket.key)
        if happening.actor != OURS and hinted(ref, tuple(happening.ticket.labels), self.ledger, self.policy):
            self.ledger.inbox.put([ref], self.time)

    # --- people ---------------------------------------------------------------------------------

    def a_failure(self, *labels: str, title: str = "Checkout is down", by: str = ANN, **fields: Any) -> TicketState:
        """Somebody opens an issue, assigned to Ann, and labels it."""
        given: dict[str, Any] = {"assignees": (ANN,), "labels": ("failure", *labels)}
        return self.site.open_ticket(by, SHOP.container, title, **(given | fields))

    def says(self, who: str, key: str, text: str) -> CommentState:
        return self.site.comment_on(who, key, text)

    # --- what stands there ----------------------------------------------------------------------

    def ticket(self, key: str = "acme/shop#1") -> TicketState:
        return self.site.ticket(key)

    def ours(self, key: str = "acme/shop#1") -> list[tuple[Marker, str]]:
        """Our comments on a ticket: marker and text."""
        found = [
            (CODEC.read(c.properties.get(NAME, "")), c.body) for c in self.ticket(key).comments if c.author == OURS
        ]
        return [(marker, body) for marker, body in found if marker]

    def kinds(self, key: str = "acme/shop#1") -> list[str]:
        """What kinds of comments we wrote there, in order."""
        return [marker.kind for marker, _ in self.ours(key)]

    def text(self, kind: str, key: str = "acme/shop#1") -> str:
        """Our last comment of that kind."""
        return [body for marker, body in self.ours(key) if marker.kind == kind][-1]

    def opened(self, label: str) -> list[TicketState]:
        """Open tickets of ours with that label, oldest first."""
        mine = [ticket for ticket in self.site.in_place(SHOP.container) if ticket.reporter == OURS]
        return [ticket for ticket in mine if label in ticket.labels]

    def picture(self) -> Mapping[str, object]:
        """Everything that stands in the repository, by ticket: what two histories are compared by."""
        return {
            ticket.key: (
                ticket.title,
                ticket.body,
                ticket.status,
                sorted(ticket.labels),
                sorted(ticket.assignees),
                sorted((comment.author, comment.body) for comment in ticket.comments),
            )
            for ticket in self.site.in_place(SHOP.container)
        }

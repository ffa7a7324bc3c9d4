"""A test lived through: a site in memory, the people on it, and the real looks in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.markers import MarkerCodec
from connectors.memory.network import CleanNetwork
from connectors.memory.tracker import MemoryTracker
from connectors.sandbox.world import Happening as WorldHappening
from connectors.sandbox.world import Site, World
from rules.refs import TicketRef
from worker.ledger.database import open_memory_ledger
from worker.planned import as_it_would_stand
from worker.polling import hinted
from worker.rehearsal.clock import SetClock
from worker.rehearsal.happening import Happening
from worker.rehearsal.machine import DoesNotSettle, Machine
from worker.rehearsal.trial.acts import CannotBeDone, perform, report
from worker.rehearsal.trial.parts import Parts
from worker.rehearsal.trial.people import STRANGER
from worker.rehearsal.trial.trials import Act, Trial, TrialFile

OURS = "aftermath"
_HOME = "policy-test"
_CODEC = MarkerCodec(_HOME, b"a secret of tests that nobody has to keep")


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a test: everything that was done, what each ticket is called, with its title, and in sentences what
    went wrong on the way."""

    happened: tuple[Happening, ...]
    names: dict[TicketRef, str]
    titles: dict[TicketRef, str]
    problems: tuple[str, ...] = ()


def live_through(file: TrialFile, trial: Trial) -> Lived:
    """Let the whole time of a test pass. Never raises for what a test does: that is among its problems."""
    stage = _Stage(file, trial)
    try:
        return stage.play()
    finally:
        stage.close()


class _Stage:
    """One test's world."""

    def __init__(self, file: TrialFile, trial: Trial) -> None:
        self._file = file
        self._trial = trial
        self._clock = SetClock(trial.begins)
        self._site = _site(file, trial, self._clock)
        self._happened: list[Happening] = []
        self._ledger = open_memory_ledger()
        self._ledger.installation.mark_rebuilt(_HOME, trial.begins)
        tracker = MemoryTracker(self._site, OURS, _CODEC, CleanNetwork(), self._clock.now)
        self._machine = Machine(
            ledger=self._ledger,
            trackers={self._site.name: tracker},
            policy=lambda: file.policy,
            clock=self._clock,
            installation=_HOME,
            openings={},
            told=self._happened.append,
        )
        self._site.listeners.append(self._heard)

    def play(self) -> Lived:
        trial, problems = self._trial, []
        failure = report(self._site, self._file.place.container, trial.failure)
        parts = Parts(self._ledger, self._site, failure)
        try:
            self._machine.settle()
            for number, act in enumerate(trial.acts, start=1):
                self._machine.pass_until(act.at)
                try:
                    perform(self._site, parts, act)
                except CannotBeDone as error:
                    problems.append(f"event {number} ({act}) cannot be: {error}")
                    break
                self._machine.settle()
            else:
                self._machine.pass_until(trial.ends)
        except DoesNotSettle as error:
            problems.append(str(error))
        problems += [f"{trouble.ticket.key}: {trouble.sentence}" for trouble in self._machine.troubles]
        titles = {TicketRef(self._site.name, ticket.key): ticket.title for ticket in self._site.tickets.values()}
        return Lived(tuple(map(self._as_read, self._happened)), parts.names(), titles, tuple(problems))

    def _as_read(self, one: Happening) -> Happening:
        """With its text as people read it on that tracker, which is what a test says of it."""
        return replace(one, text=as_it_would_stand(one.text, by_login="/" in self._file.place.container))

    def close(self) -> None:
        self._ledger.close()

    def _heard(self, happening: WorldHappening) -> None:
        ref = TicketRef(self._site.name, happening.ticket.key)
        if happening.actor != OURS and hinted(ref, tuple(happening.ticket.labels), self._ledger, self._file.policy):
            self._ledger.inbox.put([ref], self._clock.at)


def _site(file: TrialFile, trial: Trial, clock: SetClock) -> Site:
    """The one place, with everybody who is named on it."""
    place, people = file.place, file.policy.people.people
    site = World(clock.now).add_site(place.tracker, "github" if "/" in place.container else "jira")
    site.add_place(place.container, is_public=file.is_public)
    site.add_account(OURS, "Aftermath", is_bot=True, default_rights="admin")
    for person in people.values():
        site.add_account(person.id, person.name)
    for name in _named(trial.failure.reporter, trial.failure.owner, trial.acts):
        if name not in site.accounts:
            site.add_account(name, name, default_rights="read" if name == STRANGER or people else "write")
    site.add_account(STRANGER, STRANGER.capitalize(), default_rights="read")
    return site


def _named(reporter: str, owner: str, acts: Iterable[Act]) -> set[str]:
    names = {reporter, owner}
    for act in acts:
        names |= {act.by, act.value if act.verb == "assign" else ""}
    return names - {""}

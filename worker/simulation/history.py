"""One seed, one history: a company, weeks of its life, trouble of every kind, and at the end the reckoning."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from connectors.markers import NAME, MarkerCodec
from connectors.memory.letterbox import Letterbox
from connectors.memory.tracker import MemoryTracker
from connectors.sandbox.world import Happening
from connectors.write_limits import WriteLimits
from rules.language.policy_file import load_policy, pack_path
from rules.policy import Limits, Policy
from rules.refs import Place, TicketRef
from worker.simulation.crowd import Crowd
from worker.simulation.digests import READERS, DigestBox, DigestSchedulers
from worker.simulation.editions import Edition, draw_editions, draw_start
from worker.simulation.expected import Setting, Trouble, Violation, verify
from worker.simulation.expected_digests import digest_violations
from worker.simulation.expected_letters import letter_violations
from worker.simulation.expected_peace import letters_at_night
from worker.simulation.expected_reviews import is_about_review, review_violations
from worker.simulation.hurriers import Hurriers
from worker.simulation.kernel import DoesNotSettle, Kernel
from worker.simulation.layout import Layout, draw_layout
from worker.simulation.network import Attempt, Fate, SimulatedNetwork
from worker.simulation.people import OURS, company
from worker.simulation.processes import AMPLE, INSTALLATION, SCANT, Fates, Parts, Processes
from worker.simulation.readers import Readers
from worker.simulation.reckoning import setting_of

CODEC = MarkerCodec("simulated", b"a secret of the simulator")
_START = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)
#: After people and faults have stopped, so long until the reckoning.
_QUIET = dt.timedelta(hours=8)
#: The same where letters may wait for the end of quiet hours.
_QUIET_NIGHT = dt.timedelta(days=1)
_WEEKS_MAX = 9
#: People are at work for so long at most.
_LONGEST = dt.timedelta(weeks=_WEEKS_MAX, days=5)


@dataclass(slots=True)
class History:
    """What became of one seed. `layout` says where failures, post-mortems and actions lived."""

    seed: int
    layout: str = ""
    violations: list[Violation] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    days: float = 0.0
    cases: int = 0


def simulated_policy() -> Policy:
    """The shipped pack, its mention budget wide: how budgets defer is tested elsewhere. Each history adds its own
    people and routing."""
    return load_policy(pack_path("accountability"), limits=Limits(mentions_per_day=50))


def run_history(seed: int, policy: Policy, parts: Parts | None = None, layout: Layout | None = None) -> History:
    """Live through one history. `parts` other than the real ones plant a bug, to see that it is found; a `layout`
    stands in for the one that the seed draws."""
    return _Run(seed, policy, parts or Parts(), layout or draw_layout(seed)).run()


def drawn_limits(seed: int) -> WriteLimits:
    """In every fourth history trackers take so few writes that the less urgent have to wait."""
    return SCANT if seed % 4 == 0 else AMPLE


class _Run:
    """The wiring of one history."""

    def __init__(self, seed: int, policy: Policy, parts: Parts, layout: Layout) -> None:
        self.history = History(seed, str(layout))
        self.layout = layout
        self.start = start = draw_start(seed) or _START + dt.timedelta(hours=seed % 1000)
        self.kernel = kernel = Kernel(seed, start)
        self.world = company(kernel.now)
        if layout.lessons:
            github = self.world.sites[layout.lessons.place.tracker]
            github.add_place(layout.lessons.place.container, is_public=layout.is_handbook_public)
        rate = kernel.random.choice((0.0, 0.05, 0.15, 0.4))
        self.network = SimulatedNetwork(kernel, write_faults=rate, read_faults=rate / 20)
        trackers = {
            name: MemoryTracker(site, OURS, CODEC, self.network, kernel.now) for name, site in self.world.sites.items()
        }
        self._people = replace(layout.people, digest=READERS) if layout.has_people else layout.people
        self.editions = draw_editions(seed, start, start + _LONGEST)
        policy = replace(policy, people=self._people, routing=layout.routing)
        policy = self._policy_of(self.editions[0]) if self.editions else policy
        places = layout.places
        self.letterbox, fates = Letterbox(self.network, kernel.now), Fates(kernel)
        #: Whether nothing can go wrong by chance, so that every letter has to arrive.
        self.is_calm = not rate and not any(vars(fates).values())
        self.processes = Processes(
            kernel, self.network, trackers, places, policy, fates, self._tell, parts, self.letterbox, drawn_limits(seed)
        )
        self.digest_box = DigestBox(kernel, seed)
        self.digests = DigestSchedulers(
            kernel,
            seed,
            lambda: self.processes.ledger,
            self.processes.policy,
            parts.wrap_channel(self.digest_box),
            INSTALLATION,
        )
        self.troubles: list[Trouble] = []
        self.written: dict[str, list[tuple[dt.datetime, Attempt | None]]] = {}
        self.database_lost_at: list[dt.datetime] = []
        self._deliveries = 0
        for site in self.world.sites.values():
            site.listeners.append(self._happened)

    def run(self) -> History:
        kernel, random = self.kernel, self.kernel.random
        crowd = Crowd(kernel, self.world, self.layout, self._tell)
        weeks = random.randint(2, _WEEKS_MAX)
        for number in range(random.choice((1, 1, 2, 3))):
            crowd.live_through(number + 1, weeks)
        end = self.start + dt.timedelta(weeks=weeks, days=5)
        self._schedule_trouble(end)
        self._schedule_edits(end)
        if self.layout.has_people:
            self.digests.work_until(end)
        if shelf := self.layout.lessons:
            readers = Readers(kernel, self.world.sites[shelf.place.tracker], shelf, self.history.seed)
            readers.visit_within((end - self.start).total_seconds())
        try:
            kernel.run_until(end)
            crowd.is_at_work = False
            self._calm()
            kernel.run_until(end + (_QUIET_NIGHT if self.editions else _QUIET))
        except DoesNotSettle as error:
            self.history.violations.append(Violation("wrong", "", str(error)))
            return self.history
        return self._reckon()

    # --- edits ----------------------------------------------------------------------------------

    def _policy_of(self, edition: Edition) -> Policy:
        return replace(edition.policy_with(self._people), routing=self.layout.routing)

    def _schedule_edits(self, end: dt.datetime) -> None:
        for number, edition in enumerate(self.editions[1:]):
            if edition.at < end:
                self.kernel.at(edition.at, partial(self._edit, edition, number))
        if self.editions:
            failures = self.layout.failures
            hurriers = Hurriers(self.kernel, self.world.sites[failures.tracker], failures.container, self.history.seed)
            hurriers.visit_within((end - self.start).total_seconds())

    def _edit(self, edition: Edition, number: int) -> None:
        self._tell(f"the files are edited: {edition}")
        self.history.faults["edit"] += 1
        self.processes.edit(self._policy_of(edition), f"edition {number}")

    # --- trouble --------------------------------------------------------------------------------

    def _schedule_trouble(self, end: dt.datetime) -> None:
        random, span_s = self.kernel.random, (end - self.start).total_seconds()
        for what, often in ((self._outage, 2), (self._kill, 3), (self._empty_queue, 2), (self._lose_database, 1)):
            for _ in range(random.randint(0, often)):
                self.kernel.after(random.uniform(0, span_s), what)

    def _outage(self) -> None:
        lasts = dt.timedelta(hours=self.kernel.random.choice((0.2, 2, 2, 30)))
        self._tell(f"the trackers are away for {lasts}")
        self.history.faults["outage"] += 1
        self.network.is_down = True
        now = self.kernel.time
        self.troubles.append(Trouble(now, now + lasts))
        self.kernel.after(lasts.total_seconds(), self._back)

    def _back(self) -> None:
        self.network.is_down = False

    def _kill(self) -> None:
        group = self.kernel.random.choice(("worker-1", "worker-2"))
        self._tell(f"{group} is killed")
        self.history.faults["kill"] += 1
        self.processes.restart(group)

    def _empty_queue(self) -> None:
        self._tell("the queue is emptied")
        self.processes.empty_queue()

    def _lose_database(self) -> None:
        self._tell("the database is lost")
        self.history.faults["lost database"] += 1
        self.database_lost_at.append(self.kernel.time)
        self.troubles.append(Trouble(self.kernel.time, self.kernel.time + dt.timedelta(minutes=10)))
        self.digests.die()
        self.processes.start_anew()

    def _calm(self) -> None:
        self.network.is_down = False
        self.network.write_faults = self.network.read_faults = 0.0
        self.processes.fates.calm()

    # --- watching the world ---------------------------------------------------------------------

    def _happened(self, happening: Happening) -> None:
        ticket = happening.ticket
        place = str(Place(happening.site, ticket.container))
        self.processes.poll_soon(place)
        self._deliveries += 1
        ref = TicketRef(happening.site, ticket.key)
        self.processes.deliver(ref, tuple(ticket.labels), f"{happening.site}-{self._deliveries}")
        if happening.actor == OURS:
            self._note_write(happening)

    def _note_write(self, happening: Happening) -> None:
        # The same comment on two tickets is none too many, where one of them turned out to be a twin.
        where = "" if happening.what == "opened" else f" on {happening.ticket.key}"
        if happening.what == "opened":
            line = happening.ticket.properties.get(NAME, "")
        elif happening.what == "comment-created" and happening.comment:
            line = happening.comment.properties.get(NAME, "")
        else:
            return
        marker = CODEC.read(line)
        if marker is None:
            return
        self._tell(f"Aftermath: {marker.kind} on {happening.ticket.key}")
        self.history.effects[marker.kind] += 1
        self.written.setdefault(marker.key + where, []).append((happening.at, self.network.committing))

    def _tell(self, sentence: str) -> None:
        self.history.story.append(f"{self.kernel.time:%m-%d %a %H:%M:%S}  {sentence}")

    # --- the reckoning --------------------------------------------------------------------------

    def _reckon(self) -> History:
        history = self.history
        setting = setting_of(self.layout, self.editions, CODEC)
        history.violations += verify(self.world, setting, self.troubles, self.kernel.time)
        history.violations += self._needless_doubles()
        about_reviews = [one for one in self.letterbox.letters if is_about_review(one)]
        letters = [one for one in self.letterbox.letters if not is_about_review(one)]
        history.violations += letter_violations(self.world, setting, letters, self._must_arrive())
        history.violations += review_violations(
            self.world, setting, about_reviews, self._must_arrive(), self.kernel.time
        )
        history.violations += letters_at_night(self.world, setting, self.letterbox.letters)
        history.effects["letter"] += len(self.letterbox.letters)
        history.violations += self._about_digests(setting)
        history.effects["lesson-file"] += self._lesson_files()
        # A wake-up may ring at the very moment of the reckoning; what has waited for longer than that was forgotten.
        waiting_since = self.processes.ledger.inbox.waiting_since()
        if waiting_since and self.kernel.time - waiting_since > setting.slack:
            sentence = f"a hint has waited since {waiting_since:%m-%d %H:%M:%S} when all has settled"
            history.violations.append(Violation("wrong", "", sentence))
        history.faults += self.network.faults + self.processes.faults
        history.days = (self.kernel.time - self.start).total_seconds() / 86_400
        history.cases = len(self.processes.ledger.cases.all())
        self.processes.ledger.close()
        return history

    def _lesson_files(self) -> int:
        shelf = self.layout.lessons
        commits = self.world.sites[shelf.place.tracker].commits(shelf.place.container) if shelf else []
        return sum(commit.author == OURS for commit in commits)

    def _about_digests(self, setting: Setting) -> list[Violation]:
        if not self.layout.has_people:
            return []
        box = self.digest_box
        self.history.effects["digest"] += len(box.letters)
        self.history.faults += box.faults
        return digest_violations(
            self.world, setting, box.letters, box.sendings, self.troubles, self.start, self.kernel.time
        )

    def _must_arrive(self) -> bool:
        """Whether nothing went wrong in this history at all: only then is a letter that is missing an error."""
        return self.is_calm and not self.troubles and not self.history.faults["kill"]

    def _needless_doubles(self) -> list[Violation]:
        """A second write of the same thing is healed afterwards, but it needs an excuse: a request that was
        done after its sender gave up, or a sender that stalled."""
        needless: list[Violation] = []
        for key, commits in self.written.items():
            for (first_at, first), (second_at, second) in pairwise(commits):
                excused = any(a and (a.fate is Fate.TIMEOUT_LATE or a.was_stalled) for a in (first, second))
                lost = any(first_at - _HOUR < at < second_at + _HOUR for at in self.database_lost_at)
                if not excused and not lost:
                    sentence = f"{key} was written at {first_at:%m-%d %H:%M:%S} and again at {second_at:%m-%d %H:%M:%S}"
                    needless.append(Violation("twice", "", sentence))
        return needless

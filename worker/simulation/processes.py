"""Simulated processes: workers that take from a queue, a scheduler that ticks, polls, and their deaths.

Everything that decides or writes is the real code. What is simulated is only what surrounds it: the
queue (which may lose, double and delay), the processes (which may die between any two steps or stall),
and the database (which may be lost).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from connectors.errors import TrackerError
from connectors.patience import PatientTracker
from connectors.tracker import Tracker
from connectors.write_limits import Bucket, WriteLimits
from rules.decide import decide
from rules.policy import Policy
from rules.refs import Place, TicketRef
from worker.ledger.database import Ledger, open_memory_ledger
from worker.plan import Decide
from worker.policy_watch import PolicyWatch
from worker.polling import Poller, hinted
from worker.private_channel import PrivateChannel
from worker.rebuild import rebuild
from worker.reconcile import Reconciler
from worker.scheduling import Scheduler
from worker.simulation.kernel import Kernel
from worker.simulation.network import SimulatedNetwork
from worker.simulation.saved_policy import SavedPolicy
from worker.steps import Step
from worker.write_budget import WriteBudget

INSTALLATION = "simulated"
POLL_EVERY = dt.timedelta(minutes=5)
WORKERS = ("worker-1", "worker-2")
_SCHEDULER = "scheduler"
#: How many jobs one worker process runs at once.
THREADS = 2
#: The least time between two ticks of the scheduler.
_TICK_S = 1.0
#: What every tracker takes: in most histories more than anybody wants to write, in some less than a busy hour has.
AMPLE = WriteLimits(Bucket(20, 1, "simulated"), Bucket(100, 9, "simulated"))
SCANT = WriteLimits(Bucket(3, 20, "simulated"), Bucket(2, 45, "simulated"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What the processes are made of. Tests put broken parts in, to see that the simulator finds them."""

    make_ledger: Callable[[], Ledger] = open_memory_ledger
    wrap_tracker: Callable[[Tracker], Tracker] = lambda tracker: tracker
    decide: Decide = decide
    wrap_channel: Callable[[PrivateChannel], PrivateChannel] = lambda channel: channel


class Fates:
    """Probabilities of a history, drawn from its seed."""

    def __init__(self, kernel: Kernel) -> None:
        random = kernel.random
        self.death_per_step = random.choice((0.0, 0.0, 0.002, 0.01))
        self.stall_per_step = random.choice((0.0, 0.0, 0.001))
        self.lost_delivery = random.choice((0.0, 0.1, 0.5, 1.0))
        self.doubled_delivery = random.choice((0.0, 0.2))
        self.late_delivery = random.choice((0.0, 0.2))
        self.lost_message = random.choice((0.0, 0.0, 0.05))
        self.doubled_message = random.choice((0.0, 0.1))

    def calm(self) -> None:
        """From now on everything goes well."""
        for name in vars(self):
            setattr(self, name, 0.0)


class Processes:
    """All processes of one installation, around one ledger."""

    def __init__(
        self,
        kernel: Kernel,
        network: SimulatedNetwork,
        trackers: Mapping[str, Tracker],
        places: tuple[Place, ...],
        policy: Policy,
        fates: Fates,
        tell: Callable[[str], None],
        parts: Parts,
        channel: PrivateChannel,
        limits: WriteLimits,
    ) -> None:
        self.kernel = kernel
        self._channel = parts.wrap_channel(channel)
        self.fates = fates
        self.faults: Counter[str] = Counter()
        self._network = network
        self._asked = {name: parts.wrap_tracker(tracker) for name, tracker in trackers.items()}
        self._places = places
        self.policy = SavedPolicy(kernel, WORKERS, _SCHEDULER, policy)
        self._tell = tell
        self._parts = parts
        self._limits = dict.fromkeys(trackers, limits)
        self._messages: list[TicketRef] = []
        self._tokens = 0
        self._tick_at: dt.datetime | None = None
        self._polls_at: set[str] = set()
        self._down: set[str] = set()
        self._rebuilding = False
        self.start_anew()

    def start_anew(self) -> None:
        """With an empty database: rebuild before anything else."""
        for group in (*WORKERS, _SCHEDULER):
            self.kernel.kill(group)
        self._messages.clear()
        self.ledger = self._parts.make_ledger()
        self._trackers: dict[str, Tracker] = {
            name: PatientTracker(tracker, self.ledger.patience, self.kernel.now)
            for name, tracker in self._asked.items()
        }
        self.reconciler = self._make_reconciler(self.ledger)
        self.scheduler = Scheduler(self.ledger, self._enqueue, self.kernel)
        self.poller = Poller(self.ledger, self._trackers, self._places, self.policy, self.kernel, POLL_EVERY)
        self._watch = PolicyWatch(self.ledger, self.policy, self.kernel, INSTALLATION)
        self._tick_at = None
        self._polls_at.clear()
        self.kernel.spawn(lambda: self._rebuild(self.ledger), _SCHEDULER)

    def _make_reconciler(self, ledger: Ledger) -> Reconciler:
        return Reconciler(
            ledger=ledger,
            trackers=self._trackers,
            policy=self.policy,
            clock=self.kernel,
            watcher=self,
            installation=INSTALLATION,
            tokens=self._token,
            openings={},
            decide=self._parts.decide,
            channel=self._channel,
            budget=WriteBudget(ledger.write_budgets, self._limits),
        )

    def _rebuild(self, ledger: Ledger) -> None:
        while not ledger.installation.is_rebuilt(INSTALLATION):
            try:
                for place in self._places:  # where polling begins, before the listing: nothing falls between
                    self.poller.poll(place)
                rebuild(ledger, self._trackers, self.policy(), self._places, self.kernel, INSTALLATION)
            except TrackerError:
                self.kernel.sleep(60)
        self._watch.look()
        for place in self._places:
            self.poll_soon(str(place))
        self.tick_soon()

    def edit(self, policy: Policy, digest: str) -> None:
        """Somebody saves other files."""
        self.policy.save(policy, digest, self._heed)

    def _heed(self) -> None:
        if self.ledger.installation.is_rebuilt(INSTALLATION):
            self._watch.look()
            self._tick_when_due()

    def _token(self) -> str:
        self._tokens += 1
        return f"look-{self._tokens}"

    # --- watching steps: death and stalling -----------------------------------------------------

    def reached(self, step: Step, detail: str) -> None:
        task = self.kernel.current()
        if task is None:
            return
        if step is Step.WAITED:
            self.faults["write put off"] += 1
        random = self.kernel.random
        if random.random() < self.fates.death_per_step:
            self.faults["death"] += 1
            self._tell(f"{task.group} dies after {step.value} ({detail})")
            self.restart(task.group)
            self.kernel.give_way()
        if random.random() < self.fates.stall_per_step:
            self.faults["stall"] += 1
            self._tell(f"{task.group} stalls after {step.value} ({detail})")
            self._network.stalled.add(task)
            self.kernel.sleep(random.uniform(60, 400))

    def restart(self, group: str) -> None:
        """End a process at once; it is back after some seconds."""
        self.kernel.kill(group)
        self._down.add(group)
        self.kernel.after(self.kernel.random.uniform(2, 90), lambda: self._up(group))

    def _up(self, group: str) -> None:
        self._down.discard(group)
        self._work()

    # --- the queue ------------------------------------------------------------------------------

    def _enqueue(self, ref: TicketRef) -> None:
        random = self.kernel.random
        if random.random() < self.fates.lost_message:
            self.faults["lost message"] += 1
            return
        for _ in range(1 + (random.random() < self.fates.doubled_message)):
            self.kernel.after(random.uniform(0.01, 2), lambda: self._arrive(ref))

    def _arrive(self, ref: TicketRef) -> None:
        self._messages.append(ref)
        self._work()

    def empty_queue(self) -> None:
        self.faults["emptied queue"] += 1
        self._messages.clear()

    def _work(self) -> None:
        """Hand waiting messages to workers with a free thread."""
        for group in WORKERS:
            busy = sum(task.group == group for task in self.kernel.tasks.values())
            while self._messages and busy < THREADS and group not in self._down:
                ref = self._messages.pop(0)
                self.kernel.spawn(partial(self._job, self.reconciler, self.ledger, ref), group)
                busy += 1

    def _job(self, reconciler: Reconciler, ledger: Ledger, ref: TicketRef) -> None:
        reconciler.look_at(ref)
        if ledger is self.ledger:
            self._tick_when_due()
        self.kernel.after(0, self._work)

    # --- the scheduler --------------------------------------------------------------------------

    def tick_soon(self) -> None:
        self._tick_by(self.kernel.time + dt.timedelta(seconds=_TICK_S))

    def _tick_by(self, at: dt.datetime) -> None:
        """A real scheduler ticks all the time; this one only when there can be something to do."""
        if self._tick_at is None or at < self._tick_at:
            self._tick_at = at
            self.kernel.at(at, self._tick)

    def _tick(self) -> None:
        if self._tick_at is None or self.kernel.time < self._tick_at:
            return
        self._tick_at = None
        self.scheduler.tick()
        self._tick_when_due()

    def _tick_when_due(self) -> None:
        upcoming = [at for at in (self.ledger.cases.next_wake(), self.ledger.inbox.next_due()) if at]
        if upcoming:
            self._tick_by(max(min(upcoming), self.kernel.time + dt.timedelta(seconds=_TICK_S)))

    def poll_soon(self, place: str) -> None:
        """A place changed: the next regular poll will see it. (Polls of an unchanged place change nothing.)"""
        if place in self._polls_at:
            return
        self._polls_at.add(place)
        step = POLL_EVERY.total_seconds()
        self.kernel.after(step - self.kernel.time.timestamp() % step, lambda: self._poll(place))

    def _poll(self, place: str) -> None:
        self._polls_at.discard(place)
        where = next(one for one in self._places if str(one) == place)
        self.kernel.spawn(lambda: self._poll_one(self.ledger, where), _SCHEDULER)

    def _poll_one(self, ledger: Ledger, place: Place) -> None:
        self.poller.poll(place)
        if ledger is not self.ledger:
            return
        if ledger.inbox.poll_problems() or ledger.patience.resting(self.kernel.time):
            self.poll_soon(str(place))
        self._tick_when_due()

    # --- deliveries -----------------------------------------------------------------------------

    def deliver(self, ref: TicketRef, labels: tuple[str, ...], delivery_id: str) -> None:
        """A webhook goes out: it may be lost, doubled, late and out of order."""
        random = self.kernel.random
        if random.random() < self.fates.lost_delivery:
            self.faults["lost delivery"] += 1
            return
        for _ in range(1 + (random.random() < self.fates.doubled_delivery)):
            late = random.random() < self.fates.late_delivery
            delay_s = random.uniform(30, 3600) if late else random.uniform(0.05, 2)
            self.kernel.after(delay_s, lambda: self._receive(ref, labels, delivery_id))

    def _receive(self, ref: TicketRef, labels: tuple[str, ...], delivery_id: str) -> None:
        if hinted(ref, labels, self.ledger, self.policy()):
            self.ledger.inbox.receive(ref.tracker, delivery_id, ref, self.kernel.time)
            self.tick_soon()

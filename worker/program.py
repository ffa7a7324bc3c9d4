"""Puts the program together: the one place where configuration, ledger, trackers, policy and parts meet.

Nothing is started or contacted here, and nothing decided. Whoever runs it (`worker.running`, a command, the
demo) drives the parts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connectors.metering import RequestMeter
from connectors.patience import PatientTracker
from connectors.tracker import Tracker
from connectors.write_limits import WriteLimits
from rules.effects import AnyEffect
from rules.refs import TicketRef
from worker.account_watch import AccountWatch, file_name
from worker.checking import Checked, Question, check_trackers
from worker.clock import Clock, SystemClock, stopwatch_s
from worker.clock_following import SandboxClockReader
from worker.config import Config
from worker.digest_outlook import latest_slot
from worker.digest_post import DigestPost
from worker.ledger import Ledger, SchemaTooNew, open_ledger
from worker.ledger.trouble import ledger_trouble
from worker.metrics import Metrics
from worker.narrating import Narrator
from worker.outages import LEDGER, Outages, problem_in_words, store_that_is_away
from worker.policy_source import PolicySource
from worker.policy_watch import PolicyWatch
from worker.polling import Poller
from worker.private_channel import AppriseChannel, PrivateChannel
from worker.rebuild import Rebuilt, rebuild
from worker.reconcile import Reconciler
from worker.redelivering import Redeliverer
from worker.scheduling import BATCH_MAX, REQUEUE_AFTER, Scheduler
from worker.steps import NoWatcher, Watcher
from worker.stopping import Stopping
from worker.trackers import build_trackers, questions, write_limits
from worker.wanted_fields import fields_wanted_by
from worker.watching import Watchers
from worker.webhook_paths import webhook_path
from worker.write_budget import WriteBudget

_log = structlog.get_logger(__name__)


class LedgerUnreachable(Exception):
    """The database cannot be opened. The text is a sentence without its password."""


@dataclass(frozen=True)
class Program:
    """All parts of one installation. `check` and `rebuild` ask trackers; `look` is what the queue calls."""

    config: Config
    clock: Clock
    ledger: Ledger
    trackers: dict[str, Tracker]
    meters: dict[str, RequestMeter]
    policy: PolicySource
    reconciler: Reconciler
    write_budget: WriteBudget
    policy_watch: PolicyWatch
    poller: Poller
    scheduler: Scheduler
    stopping: Stopping
    metrics: Metrics
    outages: Outages
    digest_post: DigestPost
    redeliverer: Redeliverer
    account_watch: AccountWatch
    _questions: tuple[Question, ...] = field(default=(), repr=False)

    def check(self) -> Checked:
        """Whether the trackers can be reached, let us in, and have the places and issue types we want."""
        return check_trackers(self.trackers, self._questions)

    @property
    def reads(self) -> int:
        """How many reads were sent to all trackers so far."""
        return sum(meter.reads for meter in self.meters.values())

    def is_rebuilt(self) -> bool:
        return self.ledger.installation.is_rebuilt(self.config.installation)

    def rebuild_if_new(self) -> Rebuilt | None:
        """Fill an empty ledger from the trackers; None where that was done before. Raises connectors.errors."""
        return None if self.is_rebuilt() else self.rebuild()

    def rebuild(self) -> Rebuilt:
        """Read everything that is ours from the trackers. Writes nothing there. Raises connectors.errors."""
        config = self.config
        return rebuild(
            self.ledger,
            self.trackers,
            self.policy(),
            config.places,
            self.clock,
            config.installation,
        )

    def look(self, ref: TicketRef) -> None:
        """Look at a ticket that is waiting; one that somebody else has dealt with meanwhile costs nothing.

        What nobody foresaw is kept on the hint, where `status` shows it, and tried again: one broken case
        never holds up another (P7).
        """
        asked_s = stopwatch_s()
        try:
            if self.ledger.inbox.get(ref) is not None:
                self.reconciler.look_at(ref)
            self.outages.back(LEDGER, asked_s=asked_s)
        except Exception as error:  # noqa: BLE001 - see above
            if store_that_is_away(error):
                # The ledger itself: nothing can be noted, and the hint is due again by itself.
                self.outages.away(LEDGER, problem_in_words(error), asked_s=asked_s)
            else:
                self._note_unforeseen(ref, error)

    def _note_unforeseen(self, ref: TicketRef, error: Exception) -> None:
        _log.exception("a look failed", ticket=str(ref))
        problem = f"something that Aftermath did not foresee ({type(error).__name__}); the log has the details"
        with suppress(SQLAlchemyError):  # the ledger may be what failed; then the hint is due again by itself
            self.ledger.inbox.postpone(ref, self.clock.now() + REQUEUE_AFTER, problem)

    def close(self) -> None:
        self.ledger.close()
        if isinstance(self.clock, SandboxClockReader):
            self.clock.close()


def compose(
    config: Config,
    *,
    watcher: Watcher | None = None,
    clock: Clock | None = None,
    ledger: Ledger | None = None,
    enqueue: Callable[[TicketRef], None] = lambda _: None,
    room: Callable[[], int] = lambda: BATCH_MAX,
    tell: Callable[[str], None] = lambda _: None,
    outages: Outages | None = None,
    needs_policy: bool = True,
    limits: Mapping[str, WriteLimits] | None = None,
    trackers: Mapping[str, Tracker] | None = None,
) -> Program:
    """The program for a configuration. `enqueue` takes what the scheduler finds due, and `room` says how many more it
    would take; `ledger` stands in for the configured one; `tell` is given a line for people for each thing written. Who
    decides nothing, and looks at the ledger alone, works without a policy that can be used (`needs_policy`). `trackers`
    are asked in place of those that the configuration names, by the same names; `limits` are on what is written to each
    tracker; without them each kind's own, where the clock is the machine's: one that is driven, or that a sandbox
    drives, does not tell how fast requests are sent.

    Raises PolicyError or PeopleError for files with problems, LedgerUnreachable, and
    requests.RequestException when a sandbox's clock is to be followed and is not there.
    """
    clock = clock or _clock(config)
    if limits is None:
        limits = write_limits(config) if isinstance(clock, SystemClock) else {}
    policy = PolicySource(config, is_needed=needs_policy)
    impatient, meters = build_trackers(config, clock, lambda: fields_wanted_by(policy()))
    ledger = ledger or _open_ledger(config)
    asked = dict(trackers) if trackers is not None else _patient(impatient, meters, ledger, clock)
    budget = WriteBudget(ledger.write_budgets, limits)
    account_watch = AccountWatch(ledger, asked, policy, clock, file_name(config.people))
    account_watch.follow()
    stopping = Stopping(lambda: uuid.uuid4().hex)
    digest_week = partial(_digest_week, policy, clock)
    metrics = Metrics(ledger, meters, config.places, config.poll_every, lambda: policy.problem, digest_week)
    channel = AppriseChannel()
    watchers = Watchers(metrics, watcher or NoWatcher())
    on_done = Narrator(ledger, policy, clock, tell).done
    return Program(
        config=config,
        clock=clock,
        ledger=ledger,
        trackers=asked,
        meters=meters,
        policy=policy,
        reconciler=_reconciler(config, clock, ledger, asked, policy, watchers, stopping, channel, on_done, budget),
        write_budget=budget,
        policy_watch=PolicyWatch(ledger, policy, clock, config.installation),
        poller=Poller(ledger, asked, config.places, policy, clock, config.poll_every),
        scheduler=Scheduler(ledger, enqueue, clock, room),
        stopping=stopping,
        metrics=metrics,
        outages=outages or Outages(),
        digest_post=DigestPost(ledger, policy, clock, channel, watchers, config.installation, tell),
        redeliverer=Redeliverer(ledger, asked, config.places, _listening_paths(config), clock),
        account_watch=account_watch,
        _questions=questions(config, asked, clock),
    )


def _listening_paths(config: Config) -> dict[str, str]:
    """Where deliveries of each tracker come in that would be believed."""
    believed = (name for name, settings in config.trackers.items() if settings.webhook_secret)
    return {name: webhook_path(name) for name in believed}


def _reconciler(
    config: Config,
    clock: Clock,
    ledger: Ledger,
    trackers: Mapping[str, Tracker],
    policy: PolicySource,
    watchers: Watcher,
    stopping: Stopping,
    channel: PrivateChannel,
    on_done: Callable[[AnyEffect, str], None],
    budget: WriteBudget,
) -> Reconciler:
    return Reconciler(
        ledger=ledger,
        trackers=trackers,
        policy=policy,
        clock=clock,
        # The last may end a look, so that the others have heard of the step by then.
        watcher=Watchers(watchers, stopping),
        installation=config.installation,
        tokens=stopping.token,
        openings=config.openings,
        channel=channel,
        on_done=on_done,
        budget=budget,
    )


def _digest_week(policy: PolicySource, clock: Clock) -> str:
    slot = latest_slot(policy(), clock.now())
    return slot.week if slot else ""


def _patient(
    trackers: Mapping[str, Tracker], meters: Mapping[str, RequestMeter], ledger: Ledger, clock: Clock
) -> dict[str, Tracker]:
    return {
        name: PatientTracker(tracker, ledger.patience, clock.now, meters[name].allowances)
        for name, tracker in trackers.items()
    }


def _clock(config: Config) -> Clock:
    """The machine's clock, or the sandbox's that is to be followed: asked once, so that its absence shows at once."""
    clock = SandboxClockReader(config.clock_url) if config.clock_url else SystemClock()
    clock.now()
    return clock


def _open_ledger(config: Config) -> Ledger:
    try:
        if config.ledger_url.startswith("sqlite"):
            config.data.mkdir(parents=True, exist_ok=True)
        return open_ledger(config.ledger_url)
    except OSError as error:
        why = f"Cannot write to the data folder {config.data}: {error.strerror}."
        raise LedgerUnreachable(f"{why} Another one is named by `data:` in the configuration.") from None
    except SchemaTooNew as error:
        raise LedgerUnreachable(str(error)) from None
    except ModuleNotFoundError:
        raise LedgerUnreachable("PostgreSQL needs its driver: install aftermath[postgres].") from None
    except SQLAlchemyError as error:
        told = ledger_trouble(config.ledger_url, error)
    raise LedgerUnreachable(told)  # outside the handler: the driver's error may hold the password

"""Puts the program together: the one place where configuration, ledger, trackers, policy and parts meet.

Nothing is started or contacted here, and nothing decided. Whoever runs it (`worker.running`, a command, the
demo) drives the parts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connectors.markers import MarkerCodec
from connectors.metering import RequestMeter
from connectors.patience import PatientTracker
from connectors.tracker import Tracker
from rules.refs import Place, TicketRef
from worker.checking import Checked, Question, check_trackers
from worker.clock import Clock, SystemClock
from worker.clock_following import SandboxClockReader
from worker.config import Config, TrackerSettings
from worker.ledger import Ledger, SchemaTooNew, open_ledger
from worker.metrics import Metrics
from worker.narrating import Narrator
from worker.policy_source import PolicySource
from worker.policy_watch import PolicyWatch
from worker.polling import Poller
from worker.private_channel import AppriseChannel
from worker.rebuild import Rebuilt, rebuild
from worker.reconcile import Reconciler
from worker.scheduling import BATCH_MAX, REQUEUE_AFTER, Scheduler
from worker.steps import NoWatcher, Watcher
from worker.stopping import Stopping
from worker.watching import Watchers

_JIRA_TYPE = "Task"
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
    policy_watch: PolicyWatch
    poller: Poller
    scheduler: Scheduler
    stopping: Stopping
    metrics: Metrics
    _questions: tuple[Question, ...] = field(default=(), repr=False)

    def check(self) -> Checked:
        """Whether the trackers can be reached, let us in, and have the places and issue types we want."""
        return check_trackers(self.trackers, self._questions)

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
            config.watch,
            config.opened_in,
            self.clock,
            config.installation,
        )

    def look(self, ref: TicketRef) -> None:
        """Look at a ticket that is waiting; one that somebody else has dealt with meanwhile costs nothing.

        What nobody foresaw is kept on the hint, where `status` shows it, and tried again: one broken case
        never holds up another (P7).
        """
        if self.ledger.inbox.get(ref) is None:
            return
        try:
            self.reconciler.look_at(ref)
        except SQLAlchemyError as error:
            # The ledger itself is away: nothing can be noted, and the hint is due again by itself.
            _log.error("ledger is away", ticket=str(ref), problem=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - see above
            _log.exception("a look failed", ticket=str(ref))
            problem = f"something that Aftermath did not foresee ({type(error).__name__}); the log has the details"
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
) -> Program:
    """The program for a configuration. `enqueue` takes what the scheduler finds due, and `room` says how many more it
    would take; `ledger` stands in for the configured one; `tell` is given a line for people for each thing written.

    Raises PolicyError or PeopleError for files with problems, LedgerUnreachable, and
    requests.RequestException when a sandbox's clock is to be followed and is not there.
    """
    clock = clock or (SandboxClockReader(config.clock_url) if config.clock_url else SystemClock())
    clock.now()
    policy = PolicySource(config)
    made = {
        name: build_tracker(settings, config, clock, _type_for(name, config))
        for name, settings in config.trackers.items()
    }
    meters = {name: meter for name, (_, meter) in made.items()}
    ledger = ledger or _open_ledger(config)
    trackers: dict[str, Tracker] = {
        name: PatientTracker(tracker, ledger.patience, clock.now) for name, (tracker, _) in made.items()
    }
    stopping = Stopping(lambda: uuid.uuid4().hex)
    metrics = Metrics(ledger, meters, config.places, config.poll_every, lambda: policy.problem)
    reconciler = Reconciler(
        ledger=ledger,
        trackers=trackers,
        policy=policy,
        clock=clock,
        # The last may end a look, so that the others have heard of the step by then.
        watcher=Watchers(metrics, watcher or NoWatcher(), stopping),
        installation=config.installation,
        tokens=stopping.token,
        ticket_types=config.ticket_types,
        channel=AppriseChannel(),
        on_done=Narrator(ledger, policy, clock, tell).done,
    )
    return Program(
        config=config,
        clock=clock,
        ledger=ledger,
        trackers=trackers,
        meters=meters,
        policy=policy,
        reconciler=reconciler,
        policy_watch=PolicyWatch(ledger, policy, clock, config.installation),
        poller=Poller(ledger, trackers, config.places, policy, clock, config.poll_every),
        scheduler=Scheduler(ledger, enqueue, clock, room),
        stopping=stopping,
        metrics=metrics,
        _questions=tuple(_questions(config, trackers, clock)),
    )


def build_tracker(
    settings: TrackerSettings, config: Config, clock: Clock, ticket_type: str
) -> tuple[Tracker, RequestMeter]:
    """A tracker and its meter. Each kind's library is loaded only where it is used."""
    codec = MarkerCodec(config.installation, config.secret.encode())
    secret = settings.webhook_secret.encode()
    if settings.kind == "github":
        from connectors.github.tracker import GitHubTracker  # noqa: PLC0415 - see above

        github = GitHubTracker(settings.name, settings.url, settings.token, codec, secret, now=clock.now)
        return github, github.requests
    from connectors.jira.tracker import JiraTracker  # noqa: PLC0415 - see above

    jira = JiraTracker(
        settings.name, settings.url, settings.user, settings.token, codec, secret, clock.now, ticket_type=ticket_type
    )
    return jira, jira.requests


def _open_ledger(config: Config) -> Ledger:
    if config.ledger_url.startswith("sqlite"):
        config.data.mkdir(parents=True, exist_ok=True)
    try:
        return open_ledger(config.ledger_url)
    except SchemaTooNew as error:
        raise LedgerUnreachable(str(error)) from None
    except ModuleNotFoundError:
        raise LedgerUnreachable("PostgreSQL needs its driver: install aftermath[postgres].") from None
    except SQLAlchemyError as error:
        reason = type(getattr(error, "orig", None) or error).__name__
    raise LedgerUnreachable(f"The ledger cannot be opened ({reason}): look at `ledger:` in the configuration.")


def _type_for(tracker: str, config: Config) -> str:
    """The issue type that a tracker is asked about when its places are checked: the first configured for it."""
    return next((kind for place, kind in _typed_places(config) if place.tracker == tracker), _JIRA_TYPE)


def _typed_places(config: Config) -> list[tuple[Place, str]]:
    """Every place that tickets are opened in, with the issue type they get there."""
    typed: list[tuple[Place, str]] = []
    for role, routed in (("post-mortem", config.post_mortems), ("action", config.actions)):
        kind = config.ticket_types.get(role, "")
        typed += [(place, kind) for place in ([routed] if routed else config.watch) if kind]
    return typed


def _questions(config: Config, trackers: dict[str, Tracker], clock: Clock) -> list[Question]:
    """Each place once, and once more for every further issue type that is wanted there."""
    asked = [Question(place, trackers[place.tracker]) for place in config.places]
    for place, kind in _typed_places(config):
        settings = config.trackers[place.tracker]
        if settings.kind == "jira" and kind != _type_for(place.tracker, config):
            asked.append(Question(place, build_tracker(settings, config, clock, kind)[0]))
    return asked

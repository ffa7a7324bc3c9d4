"""Sends the weekly digest, one message at a time, by whoever leads the schedulers. Each at most once (P3).

A message cannot be read back. So it is noted as sent before it goes out, and what came of a bad answer, or of a
sender that died, is never found out: that reader has no digest this week, and the next one a week later. Nothing
waits here: whoever calls asks again and again whether it is time, and the answer follows from calendar and ledger.
Each reader's is a matter of its own: a text that cannot be made keeps nobody else waiting (P7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog

from connectors.errors import Ambiguous, Refused, Temporary
from rules.digest import digest_for, digest_key
from rules.digest_plan import Reader, Slot
from rules.news import CaseNews
from rules.policy import Policy
from rules.templates import TemplateRenderError
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.digests import DigestRow
from worker.perform import send_digest
from worker.private_channel import PrivateChannel
from worker.steps import Step, Watcher
from worker.waits import refused_wait, wait_after

#: What a digest is called where effects are counted.
KIND = "digest"
#: A digest that could not go at its hour goes later, up to this; after it the next one is near.
LATE_MAX = dt.timedelta(days=4)
#: What fell due at the same hour is looked at first, so that the digest tells of it, for so long at most.
SETTLES_WITHIN = dt.timedelta(minutes=30)
#: After a start long after the hour, polls have this long to bring what happened meanwhile.
CATCHES_UP = dt.timedelta(minutes=2)
#: Rows of digests are kept for so long.
KEPT = dt.timedelta(days=200)

_log = structlog.get_logger(__name__)


class DigestPost:
    """Sends what is due and was not sent. Several may run: each message is one row that only one of them wins."""

    def __init__(
        self,
        ledger: Ledger,
        policy: Callable[[], Policy],
        clock: Clock,
        channel: PrivateChannel,
        watcher: Watcher,
        installation: str,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._channel = channel
        self._watcher = watcher
        self._installation = installation
        self._tell = tell
        #: The digest that this process waits to send, and since when it does.
        self._waiting: tuple[str, dt.datetime] = ("", dt.datetime.max.replace(tzinfo=dt.UTC))
        #: What is over for this process: the policy in force, and the week.
        self._over: tuple[Policy, str] | None = None
        #: The policy by which it was last asked what is due.
        self._asked_by: Policy | None = None

    def post_one(self) -> bool:
        """Send the next message that is due, or try to; False where none is. Raises sqlalchemy.exc.SQLAlchemyError."""
        policy, now = self._policy(), self._clock.now()
        plan = policy.people.digest
        slot = plan.latest(policy.calendar, now) if plan.is_on else None
        if slot is None or now - slot.at > LATE_MAX or self._is_over(policy, slot):
            return False
        if self._ledger.installation.brake() or not self._is_time(slot, now):
            return False
        self._heed(policy, slot, now)
        news: list[CaseNews] = []
        is_over = True
        for reader in plan.readers:
            key = digest_key(policy.salt, slot.week, reader.id)
            row = self._ledger.digests.get(key)
            is_over = is_over and (row is None or row.state not in ("refused", "dropped"))
            if not reader.addresses or not self._is_wanted(row, slot, now):
                continue
            news = news or [CaseNews.from_text(text) for text in self._ledger.digests.news(slot.since)]
            if self._post(policy, news, reader, slot, key):
                return True
        if is_over:
            self._over = (policy, slot.week)
        return False

    def sweep_out(self) -> None:
        """Forget what was sent so long ago that nobody asks. Raises sqlalchemy.exc.SQLAlchemyError."""
        self._ledger.digests.forget_before(self._clock.now() - KEPT)

    def _is_over(self, policy: Policy, slot: Slot) -> bool:
        return self._over is not None and self._over[0] is policy and self._over[1] == slot.week

    def _heed(self, policy: Policy, slot: Slot, now: dt.datetime) -> None:
        """What did not go by another policy is tried at once by this one: a template or an address may be mended."""
        if self._asked_by is not None and self._asked_by is not policy:
            self._ledger.digests.retry_week(slot.week, now)
        self._asked_by = policy

    def _is_time(self, slot: Slot, now: dt.datetime) -> bool:
        """Whether what is told will be true: nothing is being looked at, or it has been waited for long enough."""
        if self._waiting[0] != slot.week:
            self._waiting = (slot.week, now)
        since = self._waiting[1]
        if now - since >= SETTLES_WITHIN:
            return True
        is_late = since - slot.at > CATCHES_UP
        if is_late and now - since < CATCHES_UP:
            return False
        wake = self._ledger.cases.next_wake()
        return self._ledger.inbox.is_empty() and not (wake and wake <= now) and not self._ledger.cases.is_leased(now)

    def _is_wanted(self, row: DigestRow | None, slot: Slot, now: dt.datetime) -> bool:
        """Whether it certainly was not sent. Of one whose hour is older than the ledger nobody knows (P1)."""
        if row is not None:
            return row.state == "refused" and (row.not_before is None or row.not_before <= now)
        filled_at = self._ledger.installation.rebuilt_at(self._installation)
        return filled_at is not None and filled_at <= slot.at

    def _post(self, policy: Policy, news: list[CaseNews], reader: Reader, slot: Slot, key: str) -> bool:
        """Whether a message was tried."""
        digests, now = self._ledger.digests, self._clock.now()
        try:
            digest = digest_for(policy, news, reader.audience, slot)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others get theirs; this one is kept and told
            digests.fail(key, slot.week, now, now + refused_wait(_tries(digests.get(key))), in_words(error))
            return True
        if digest is None:
            digests.note_empty(key, slot.week, now)
            return False
        self._watcher.reached(Step.DECIDED, KIND)
        if not digests.claim(key, slot.week, now):
            return False
        self._watcher.reached(Step.SENDING, KIND)
        try:
            send_digest(self._channel, reader.addresses, digest.title, digest.body)
        except (Refused, Temporary) as error:
            tries = _tries(digests.get(key)) - 1
            wait = refused_wait(tries) if isinstance(error, Refused) else wait_after(error)
            digests.refuse(key, self._clock.now() + wait, str(error))
            return True
        except Ambiguous as error:
            digests.doubt(key, str(error))
            return True
        self._watcher.reached(Step.ANSWERED, KIND)
        digests.confirm(key)
        self._tell(f"the weekly digest of {slot.week} went out to one reader")
        self._watcher.reached(Step.CONFIRMED, KIND)
        return True


def in_words(error: Exception) -> str:
    """Why a text could not be made, for the person who can mend it; what nobody foresaw is in the log."""
    if isinstance(error, TemplateRenderError):
        return f"its text could not be made: {error}"
    _log.error("a text of the weekly digest could not be made", exc_info=error)
    return f"something that Aftermath did not foresee ({type(error).__name__}); the log has the details"


def _tries(row: DigestRow | None) -> int:
    """How often it was tried until now."""
    return row.attempts if row else 0

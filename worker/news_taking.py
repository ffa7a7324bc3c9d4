"""Takes down what a look found that the weekly digest may want to tell; nothing where nobody gets a digest.

Kept beside the case in the ledger and written only where it changed, so that a digest asks no tracker. Of a case that
we are kept from, nothing is told until it can be read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus

from connectors.errors import Denied, Refused, TrackerError
from rules.decision import Held
from rules.news import CaseNews, news_of
from rules.policy import Policy
from worker.clock import Clock
from worker.gather import Unconfigured
from worker.ledger import Ledger
from worker.plan import Plan


class NewsTaker:
    """Keeps each case's news up to date, look by look."""

    def __init__(self, ledger: Ledger, policy: Callable[[], Policy], clock: Clock) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock

    def take(self, root: str, token: str, plan: Plan, spared: Iterable[Held] = ()) -> None:
        """Note what the plan shows, as long as the case is held with that token; `spared` are the comments of this look
        that mentioned fewer people than they were meant for."""
        policy, now = self._policy(), self._clock.now()
        before = self._ledger.digests.noted(root)
        news = CaseNews()  # with nobody to tell, what was taken down is forgotten: once somebody is, it would be old
        if policy.people.digest.is_on:
            held, known = (*plan.admission.held, *spared), CaseNews.from_text(before[0])
            news = news_of(policy, plan.gathered.case, plan.decision, held, known, now)
        if (news.to_text(), news.until) != before:
            self._ledger.digests.note_news(root, token, news.to_text(), news.until)

    def forget(self, root: str, token: str) -> None:
        """The failure is gone, or hidden from us: nobody is told of it any more (P14)."""
        if self._ledger.digests.noted(root)[0]:
            self._ledger.digests.note_news(root, token, "", None)

    def doubt(self, root: str, token: str, error: TrackerError) -> None:
        """A look could not read the case. Where that is so until a person changes something, nobody is told of it until
        it can be read again: who may read it now, nobody can say (P14)."""
        if is_out_of_sight(error) and self._ledger.digests.noted(root)[1]:
            self._ledger.digests.leave_out(root, token)


def is_out_of_sight(error: TrackerError) -> bool:
    """Whether we were kept from a ticket or a place, rather than that a tracker was away or our token had run out:
    those say nothing of who may read there."""
    if isinstance(error, Denied):
        return error.status != HTTPStatus.UNAUTHORIZED
    return isinstance(error, Refused | Unconfigured)
